#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition dp_soap() {
  return {.summary = "gradient through the simulator, Adam in the eigenbasis of Shampoo",
          .citation = "Vyas et al., ICLR 2025 (arXiv 2409.11321)",
          .composition = {.physics = "adjoint", .rule = "soap"},
          .defaults = {{"rate", 3e-3}, {"batch", 256.0}}};
}

}  // namespace physgrad::methods
