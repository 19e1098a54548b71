#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition pg_newton() {
  return {.summary = "physical gradient by saddle-free Newton on each sample, Adam",
          .citation = "Dauphin et al., NeurIPS 2014 (arXiv 1406.2572); Holl, Koltun, Thuerey 2022",
          .composition = {.physics = "newton", .rule = "adam"},
          .defaults = {{"rate", 1e-3}, {"batch", 256.0}}};
}

}  // namespace physgrad::methods
