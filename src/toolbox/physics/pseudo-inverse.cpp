// dx_i = J_{P,i}^{-1} dy_i, the truncated pseudo-inverse of each sample's Jacobian: Gauss-Newton through the physics.
#include "physgrad/toolbox/sample_inverse.hpp"
#include "physgrad/toolbox/wished_change.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {

PartDefinition physics_pseudo_inverse() {
  return {.summary = "the truncated pseudo-inverse of each sample's control Jacobian",
          .citation = "Holl, Koltun, Thuerey, NeurIPS 2022 (arXiv 2109.15048)",
          .settings = {physics_tau_setting(1e-8), proxy_setting(), eta_setting()},
          .needs = {"gradient"},
          .make = [](const Settings& settings) {
            return wished_change(make_sample_inverse(1.0, settings.real("physics_tau")), settings);
          }};
}

}  // namespace physgrad::parts
