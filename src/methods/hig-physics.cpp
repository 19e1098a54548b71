#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition hig_physics() {
  return {.summary = "half-inverse of each sample's physics Jacobian, adjoint network, Adam",
          .citation = "this project; parts: Schnell, Holl, Thuerey 2022",
          .composition = {.physics = "half-inverse", .rule = "adam"},
          .defaults = {{"rate", 1e-3}, {"batch", 256.0}}};
}

}  // namespace physgrad::methods
