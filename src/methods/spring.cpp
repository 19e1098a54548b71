#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition spring() {
  return {.summary = "SPRING: damped Gauss-Newton of the whole batch with momentum",
          .citation = "Goldshlager, Abrahamsen, Lin, J. Comput. Phys. 2024 (arXiv 2401.10190)",
          .composition = {.loss = "newton", .physics = "spring", .network = "spring", .rule = "sgd"},
          .free_search = true,
          .defaults = {{"rate", 1.0}, {"batch", 32.0}},
          .constants = {{"rule", std::string("sgd")}, {"convention", std::string("full")}}};
}

}  // namespace physgrad::methods
