#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition lm() {
  return {
      .summary = "Levenberg-Marquardt: damped Gauss-Newton of the whole batch, the damping follows the loss",
      .citation = "Levenberg 1944, Marquardt 1963, Nielsen 1999; in the dual form, by the batch's Gram matrix",
      .composition = {.loss = "newton", .physics = "damped", .network = "damped", .rule = "sgd", .search = "damping"},
      .defaults = {{"batch", 32.0}},
      .constants = {{"rule", std::string("sgd")}, {"rate", 1.0}, {"precision", std::string("double")}}};
}

}  // namespace physgrad::methods
