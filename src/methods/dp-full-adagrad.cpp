#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition dp_full_adagrad() {
  return {.summary = "gradient through the simulator, full-matrix Adagrad on a window of gradients (GGT)",
          .citation = "Agarwal et al., ICML 2019 (arXiv 1806.02958)",
          .composition = {.physics = "adjoint", .rule = "full-adagrad"},
          .defaults = {{"rate", 0.01}, {"batch", 256.0}}};
}

}  // namespace physgrad::methods
