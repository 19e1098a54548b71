// Adam (toolbox/adam.hpp) without weight decay.
#include "physgrad/toolbox/adam.hpp"

#include "physgrad/update/part.hpp"

namespace physgrad::parts {

PartDefinition rule_adam() {
  return {.summary = "the first moment over the root of the second, both corrected for their start",
          .citation = "Kingma & Ba, ICLR 2015 (arXiv 1412.6980)",
          .settings = adam_settings(1e-3, 0.9, 0.999),
          .make = [](const Settings& settings) { return std::make_unique<Adam>(adam_constants(settings)); }};
}

}  // namespace physgrad::parts
