#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition dp_adam() {
  return {.summary = "gradient through the simulator, Adam",
          .citation = "Kingma & Ba, ICLR 2015 (arXiv 1412.6980)",
          .composition = {.physics = "adjoint", .rule = "adam"},
          .defaults = {{"rate", 1e-3}, {"batch", 256.0}}};
}

}  // namespace physgrad::methods
