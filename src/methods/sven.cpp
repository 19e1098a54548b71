#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition sven() {
  return {.summary = "Sven: truncated pseudo-inverse of the Jacobian of the samples' losses",
          .citation = "Bright-Thonney, Harvey, Lukas, Thaler 2026 (arXiv 2604.01279)",
          .composition = {.physics = "sven", .network = "sven", .rule = "sgd"},
          .free_search = true,
          .defaults = {{"rate", 0.3}, {"batch", 32.0}}};
}

}  // namespace physgrad::methods
