#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition dp_adagrad() {
  return {.summary = "gradient through the simulator, Adagrad",
          .citation = "Duchi, Hazan, Singer, JMLR 2011",
          .composition = {.physics = "adjoint", .rule = "adagrad"},
          .defaults = {{"rate", 0.01}, {"batch", 256.0}}};
}

}  // namespace physgrad::methods
