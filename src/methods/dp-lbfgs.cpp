#include "physgrad/update/lbfgs.hpp"

namespace physgrad::methods {

MethodDefinition dp_lbfgs() {
  return {.summary = "gradient through the simulator, limited-memory BFGS with a line search on the batch",
          .citation = "Nocedal 1980; Schraudolph, Yu, Guenter, AISTATS 2007",
          .composition = {},
          .defaults = {{"batch", 256.0}},
          .settings = lbfgs_settings(),
          .build = make_lbfgs,
          .needs = {"gradient"}};
}

}  // namespace physgrad::methods
