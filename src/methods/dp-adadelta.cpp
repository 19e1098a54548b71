#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition dp_adadelta() {
  return {.summary = "gradient through the simulator, Adadelta",
          .citation = "Zeiler 2012 (arXiv 1212.5701)",
          .composition = {.physics = "adjoint", .rule = "adadelta"},
          .defaults = {{"rate", 1.0}, {"batch", 256.0}}};
}

}  // namespace physgrad::methods
