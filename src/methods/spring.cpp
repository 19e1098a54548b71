#include "physgrad/update/damped_joint.hpp"

namespace physgrad::methods {

MethodDefinition spring() {
  return {.summary = "SPRING: damped Gauss-Newton of the whole batch with momentum",
          .citation = "Goldshlager, Abrahamsen, Lin, J. Comput. Phys. 2024 (arXiv 2401.10190)",
          .composition = {},
          .defaults = {{"batch", 32.0}},
          .settings = spring_settings(),
          .build = make_spring,
          .needs = {"gradient", "jacobian", "newton-step"}};
}

}  // namespace physgrad::methods
