#pragma once
// The two loss steps, and the setting that chooses between them: both parts have it, each with itself as the default.
#include <memory>
#include <vector>

#include "physgrad/core/settings.hpp"
#include "physgrad/update/loss_step.hpp"

namespace physgrad {

/// `convention`: full is dy = y* - y, what Loss::newton_step() gives; published is dy = -dL/dy with the loss's own
/// factors.
[[nodiscard]] SettingSpec convention_setting(bool full);
/// As the setting says, or `full` where other parts leave no choice.
[[nodiscard]] std::unique_ptr<LossStep> make_loss_step(const Settings& settings, bool full);

}  // namespace physgrad
