// dy = -H^-1 dL/dy with the loss's Hessian: y* - y for squared losses.
#include "physgrad/toolbox/loss_steps.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {

PartDefinition loss_newton() {
  return {.summary = "the Newton step of the loss in y, to the target of a squared loss",
          .citation = "Holl, Koltun, Thuerey, NeurIPS 2022 (arXiv 2109.15048)",
          .settings = {convention_setting(true)},
          .needs = {"newton-step"},
          .offers = {"full step of the loss"},
          .make = [](const Settings& settings) { return make_loss_step(settings, true); }};
}

}  // namespace physgrad::parts
