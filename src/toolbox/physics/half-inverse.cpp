// dx_i = J_{P,i}^{-kappa} dy_i, a partial inverse of each sample's Jacobian.
#include "physgrad/toolbox/sample_inverse.hpp"
#include "physgrad/toolbox/wished_change.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {

PartDefinition physics_half_inverse() {
  return {.summary = "the half-inverse of each sample's control Jacobian",
          .citation = "this project; after Schnell, Holl, Thuerey, ICLR 2022 (arXiv 2203.10131)",
          .settings = {physics_tau_setting(1e-8), proxy_setting(),
                       real_setting("physics_kappa", 0.5, -1, 1, "exponent of the per-sample partial inverse"),
                       eta_setting()},
          .needs = {"gradient"},
          .make = [](const Settings& settings) {
            return wished_change(make_sample_inverse(settings.real("physics_kappa"), settings.real("physics_tau")),
                                 settings);
          }};
}

}  // namespace physgrad::parts
