#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition pg_hig() {
  return {.summary = "inverse simulator, then the half-inverse of the network's Jacobian",
          .citation = "this project; parts: Holl, Koltun, Thuerey 2022 and Schnell, Holl, Thuerey 2022",
          .composition = {.loss = "newton", .physics = "inverse", .network = "half-inverse", .rule = "sgd"},
          .defaults = {{"rate", 1.0}, {"batch", 32.0}, {"kappa", 0.5}}};
}

}  // namespace physgrad::methods
