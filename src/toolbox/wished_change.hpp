#pragma once
// What physics steps that are more than a gradient share: how much of dy they ask for, the norm in which the network
// follows their dx, and the truncation of what they invert per sample.
#include <memory>

#include "physgrad/core/settings.hpp"
#include "physgrad/update/physics_step.hpp"

namespace physgrad {

/// `eta`: the share of dy that one step asks for.
[[nodiscard]] SettingSpec eta_setting();
/// `proxy`: l2, or l1 for the signs of dx.
[[nodiscard]] SettingSpec proxy_setting();
/// `physics_tau`: singular values, or eigenvalues' magnitudes, up to it times the largest are dropped.
[[nodiscard]] SettingSpec physics_tau_setting(double value);

/// The step for `eta` of dy, where the settings have it; reports its dx and hands it on in the norm of `proxy`.
[[nodiscard]] std::unique_ptr<PhysicsStep> wished_change(std::unique_ptr<PhysicsStep> step, const Settings& settings);

}  // namespace physgrad
