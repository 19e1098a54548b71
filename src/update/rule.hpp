#pragma once
// Rules turn a gradient (or whatever a composition delivers in its place) into an update of theta.
// Formulas, constants and the placement of epsilon are those of torch.optim, so that trajectories can be compared.
#include <memory>
#include <string>
#include <vector>

#include "core/settings.hpp"
#include "core/types.hpp"

namespace physgrad {

class Rule {
 public:
  virtual ~Rule() = default;
  /// The update to add to theta, for `gradient` [n], into `out`. Keeps its own state (moments) between calls.
  virtual void update(const Vector& gradient, Vector& out) = 0;
};

[[nodiscard]] std::vector<std::string> rule_names();
/// The settings that rule `name` reads, with PyTorch's defaults (its `rate` included).
[[nodiscard]] std::vector<SettingSpec> rule_settings(const std::string& name);
/// Throws UsageError on an unknown name.
[[nodiscard]] std::unique_ptr<Rule> make_rule(const std::string& name, const Settings& settings);

}  // namespace physgrad
