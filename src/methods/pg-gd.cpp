#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition pg_gd() {
  return {.summary = "physical gradient by some gradient steps on every sample's control, Adam",
          .citation = "Holl, Koltun, Thuerey, NeurIPS 2022 (arXiv 2109.15048)",
          .composition = {.physics = "descent", .rule = "adam"},
          .defaults = {{"rate", 1e-3}, {"batch", 256.0}}};
}

}  // namespace physgrad::methods
