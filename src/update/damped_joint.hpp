#pragma once
// Joint methods that solve with the damped Gram matrix instead of a truncated spectrum. Neither forms J.
#include <memory>
#include <vector>

#include "physgrad/core/settings.hpp"
#include "physgrad/update/method.hpp"

namespace physgrad {

/// Levenberg-Marquardt (Levenberg 1944, Marquardt 1963) on the whole batch: h = -J^T (J J^T + lambda I)^{-1} r,
/// r = y - y*, lambda = damping * trace(J J^T) / rows. The damping follows the gain ratio rho of Nielsen (Damping
/// parameter in Marquardt's method, IMM-REP-1999-05): the loss's decrease over that of the linear model,
/// L (1 - |r + J h|^2 / |r|^2). Where rho > 0 the step is taken, damping *= max(1/3, 1 - (2 rho - 1)^3) and nu = 2;
/// otherwise damping *= nu, nu *= 2 and the step is tried again, `trials` times, before theta stays. Settings:
/// levenberg_settings().
[[nodiscard]] std::unique_ptr<Method> make_levenberg_marquardt(const Settings& settings);
[[nodiscard]] std::vector<SettingSpec> levenberg_settings();

/// SPRING (Goldshlager, Abrahamsen, Lin 2024, arXiv 2401.10190): Gauss-Newton with momentum in the manner of Kaczmarz.
/// d <- J^T (J J^T + lambda I)^{-1} (y - y* - momentum J d) + momentum d, update -rate d, lambda as above. Settings:
/// spring_settings().
[[nodiscard]] std::unique_ptr<Method> make_spring(const Settings& settings);
[[nodiscard]] std::vector<SettingSpec> spring_settings();

}  // namespace physgrad
