#pragma once
// What every rule of a composition can have besides its own settings: directions that are clipped before it sees them,
// and a rate that follows a schedule over the training's budget.
#include <memory>
#include <vector>

#include "physgrad/core/settings.hpp"
#include "physgrad/update/rule.hpp"

namespace physgrad {

/// How the rate changes while the budget, of steps or of seconds, is used up.
struct Schedule {
  std::string kind = "constant";
  double warmup = 0;      ///< cosine: share of the budget over which the rate rises linearly from a hundredth
  double final_rate = 1;  ///< at the end, as a share of the rate
  long drops = 1;         ///< step: as many equal factors, at equal distances

  /// The share of the rate at `progress`, the share of the budget that is used, in [0, 1].
  [[nodiscard]] double factor(double progress) const;
};

/// clip_value, clip_norm, schedule, warmup, final_rate and drops; all of them are younger than the rules, and off.
[[nodiscard]] std::vector<SettingSpec> rule_course_settings();

/// `rule` on clipped directions, its updates scaled by the schedule, which is the same as a rate that follows it: every
/// rule's update is proportional to its rate. `rule` itself where the settings ask for neither or do not exist.
[[nodiscard]] std::unique_ptr<Rule> with_course(std::unique_ptr<Rule> rule, const Settings& settings);

}  // namespace physgrad
