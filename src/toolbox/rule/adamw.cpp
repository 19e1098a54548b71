// Adam (toolbox/adam.hpp) with decoupled weight decay.
#include "physgrad/toolbox/adam.hpp"
#include "physgrad/toolbox/rule_settings.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {

PartDefinition rule_adamw() {
  return {.summary = "Adam with decoupled weight decay",
          .citation = "Loshchilov & Hutter, ICLR 2019 (arXiv 1711.05101)",
          .settings = adam_settings(1e-3, 0.9, 0.999, {weight_decay_setting(1e-2)}),
          .make = [](const Settings& settings) { return std::make_unique<Adam>(adam_constants(settings)); }};
}

}  // namespace physgrad::parts
