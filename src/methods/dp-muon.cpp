#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition dp_muon() {
  return {.summary = "gradient through the simulator, momentum made orthogonal layer by layer",
          .citation = "Jordan 2024 (kellerjordan.github.io/posts/muon)",
          .composition = {.physics = "adjoint", .rule = "muon"},
          .defaults = {{"rate", 0.02}, {"batch", 256.0}}};
}

}  // namespace physgrad::methods
