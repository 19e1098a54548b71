#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition hig_nystrom() {
  return {.summary = "half-inverse gradient, damped, from a randomised Nystrom approximation of the Gram matrix",
          .citation =
              "Schnell, Holl, Thuerey, ICLR 2022 (arXiv 2203.10131); Frangella, Tropp, Udell 2023 (arXiv "
              "2110.02820)",
          .composition = {.physics = "nystrom", .network = "nystrom", .rule = "sgd"},
          .free_search = true,
          .defaults = {{"rate", 1.0}, {"batch", 32.0}},
          .constants = {{"kappa", 0.5}, {"iterations", 0.0}}};
}

}  // namespace physgrad::methods
