#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition gn() {
  return {.summary = "Gauss-Newton: truncated pseudo-inverse of the whole batch's Jacobian",
          .citation = "Gauss 1809; as in Schnell, Holl, Thuerey, ICLR 2022 (arXiv 2203.10131)",
          .composition = {.loss = "newton", .physics = "joint", .network = "joint", .rule = "sgd"},
          .free_search = true,
          .defaults = {{"rate", 1.0}, {"batch", 32.0}, {"kappa", 1.0}}};
}

}  // namespace physgrad::methods
