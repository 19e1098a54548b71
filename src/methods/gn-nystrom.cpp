#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition gn_nystrom() {
  return {.summary = "damped Gauss-Newton by conjugate gradients with a randomised Nystrom preconditioner",
          .citation = "Frangella, Tropp, Udell, SIAM J. Matrix Anal. Appl. 2023 (arXiv 2110.02820)",
          .composition = {.loss = "newton", .physics = "nystrom", .network = "nystrom", .rule = "sgd"},
          .free_search = true,
          .defaults = {{"rate", 1.0}, {"batch", 32.0}},
          .constants = {{"kappa", 1.0}}};
}

}  // namespace physgrad::methods
