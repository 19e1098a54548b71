#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition dp_momentum() {
  return {.summary = "gradient through the simulator, heavy-ball or Nesterov momentum",
          .citation = "Polyak 1964; Sutskever et al., ICML 2013",
          .composition = {.physics = "adjoint", .rule = "momentum"},
          .defaults = {{"rate", 0.01}, {"batch", 256.0}}};
}

}  // namespace physgrad::methods
