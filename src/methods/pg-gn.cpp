#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition pg_gn() {
  return {.summary = "physical gradient by the truncated pseudo-inverse of each sample's Jacobian, Adam",
          .citation = "Holl, Koltun, Thuerey, NeurIPS 2022 (arXiv 2109.15048)",
          .composition = {.loss = "newton", .physics = "pseudo-inverse", .rule = "adam"},
          .defaults = {{"rate", 1e-3}, {"batch", 256.0}}};
}

}  // namespace physgrad::methods
