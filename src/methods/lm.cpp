#include "physgrad/update/damped_joint.hpp"

namespace physgrad::methods {

MethodDefinition lm() {
  return {.summary = "Levenberg-Marquardt: damped Gauss-Newton of the whole batch, the damping follows the loss",
          .citation = "Levenberg 1944, Marquardt 1963, Nielsen 1999; in the dual form, by the batch's Gram matrix",
          .composition = {},
          .defaults = {{"batch", 32.0}},
          .settings = levenberg_settings(),
          .build = make_levenberg_marquardt,
          .needs = {"gradient", "jacobian", "newton-step"}};
}

}  // namespace physgrad::methods
