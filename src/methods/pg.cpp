#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition pg() {
  return {.summary = "physical gradient: inverse simulator, proxy loss in x, Adam",
          .citation = "Holl, Koltun, Thuerey, NeurIPS 2022 (arXiv 2109.15048)",
          .composition = {.loss = "newton", .physics = "inverse", .rule = "adam"},
          .defaults = {{"rate", 1e-3}, {"batch", 256.0}}};
}

}  // namespace physgrad::methods
