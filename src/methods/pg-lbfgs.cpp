#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition pg_lbfgs() {
  return {.summary = "physical gradient by L-BFGS on every sample's control, without an inverse simulator, Adam",
          .citation = "Holl, Koltun, Thuerey, NeurIPS 2022 (arXiv 2109.15048)",
          .composition = {.physics = "lbfgs", .rule = "adam"},
          .defaults = {{"rate", 1e-3}, {"batch", 256.0}}};
}

}  // namespace physgrad::methods
