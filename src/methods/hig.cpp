#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition hig() {
  return {.summary = "half-inverse gradient: -J^{-1/2} dL/dy of the whole batch",
          .citation = "Schnell, Holl, Thuerey, ICLR 2022 (arXiv 2203.10131)",
          .composition = {.physics = "joint", .network = "joint", .rule = "sgd"},
          .free_search = true,
          .defaults = {{"rate", 1.0}, {"batch", 32.0}, {"kappa", 0.5}}};
}

}  // namespace physgrad::methods
