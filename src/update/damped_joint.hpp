#pragma once
// Joint methods that solve with the damped Gram matrix instead of a truncated spectrum. Neither forms J.
#include <memory>
#include <vector>

#include "core/settings.hpp"
#include "update/method.hpp"

namespace physgrad {

/// Levenberg-Marquardt (Levenberg 1944, Marquardt 1963; damping control of Nielsen 1999) on the whole batch:
/// -J^T (J J^T + lambda I)^{-1} (y - y*), lambda = damping * trace(J J^T) / rows. A step that does not reduce the
/// batch's loss is tried again with more damping; after `trials` of them theta stays. Settings: levenberg_settings().
[[nodiscard]] std::unique_ptr<Method> make_levenberg_marquardt(const Settings& settings);
[[nodiscard]] std::vector<SettingSpec> levenberg_settings();

/// SPRING (Goldshlager, Abrahamsen, Lin 2024, arXiv 2401.10190): Gauss-Newton with momentum in the manner of Kaczmarz.
/// d <- J^T (J J^T + lambda I)^{-1} (y - y* - momentum J d) + momentum d, update -rate d, lambda as above. Settings:
/// spring_settings().
[[nodiscard]] std::unique_ptr<Method> make_spring(const Settings& settings);
[[nodiscard]] std::vector<SettingSpec> spring_settings();

}  // namespace physgrad
