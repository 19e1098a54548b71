#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition dp_sgd() {
  return {.summary = "gradient through the simulator, gradient descent",
          .citation = "Robbins & Monro 1951",
          .composition = {.physics = "adjoint", .rule = "sgd"},
          .defaults = {{"rate", 0.01}, {"batch", 256.0}}};
}

}  // namespace physgrad::methods
