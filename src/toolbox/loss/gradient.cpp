// dy = -dL/dy, with the loss's own factors.
#include "physgrad/toolbox/loss_steps.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {

PartDefinition loss_gradient() {
  return {.summary = "down the loss's gradient in y, as published half-inverse gradients do",
          .citation = "Schnell, Holl, Thuerey, ICLR 2022 (arXiv 2203.10131)",
          .settings = {convention_setting(false)},
          .offers = {"gradient of the loss"},
          .make = [](const Settings& settings) { return make_loss_step(settings, false); }};
}

}  // namespace physgrad::parts
