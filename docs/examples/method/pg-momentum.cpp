#include "physgrad/update/method.hpp"

namespace physgrad::methods {

MethodDefinition pg_momentum() {
  return {.summary = "physical gradient with heavy-ball momentum instead of Adam",
          .citation = "example of docs/add-a-method.md, after Holl, Koltun, Thuerey, NeurIPS 2022 (arXiv 2109.15048)",
          .composition = {.physics = "inverse", .rule = "momentum"},
          .defaults = {{"rate", 1e-3}, {"momentum", 0.9}, {"batch", 32.0}}};
}

}  // namespace physgrad::methods
