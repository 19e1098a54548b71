#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition dp_kfac() {
  return {.summary = "gradient through the simulator between the inverse Kronecker factors of each layer, momentum",
          .citation = "Martens, Grosse, ICML 2015 (arXiv 1503.05671)",
          .composition = {.physics = "adjoint", .network = "kfac", .rule = "momentum"},
          .defaults = {{"rate", 1e-3}, {"momentum", 0.9}, {"batch", 256.0}}};
}

}  // namespace physgrad::methods
