#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition dp_rmsprop() {
  return {.summary = "gradient through the simulator, RMSprop",
          .citation = "Tieleman & Hinton 2012 (Coursera lecture 6.5)",
          .composition = {.physics = "adjoint", .rule = "rmsprop"},
          .defaults = {{"rate", 1e-3}, {"batch", 256.0}}};
}

}  // namespace physgrad::methods
