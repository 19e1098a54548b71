#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition dp_adamw() {
  return {.summary = "gradient through the simulator, Adam with decoupled weight decay",
          .citation = "Loshchilov & Hutter, ICLR 2019 (arXiv 1711.05101)",
          .composition = {.physics = "adjoint", .rule = "adamw"},
          .defaults = {{"rate", 1e-3}, {"batch", 256.0}}};
}

}  // namespace physgrad::methods
