#pragma once
// The whole catalogue as one experiment: every (problem, target) is an instance, every seed of it a run.
#include <optional>
#include <string>
#include <vector>

#include "physgrad/tables/grouping.hpp"
#include "physgrad/tables/measures.hpp"

namespace physgrad {

/// A frozen target of a problem that at least one method tried and had not met before its first step.
struct Instance {
  const ProblemGroup* group;
  double target;

  /// Null where there is none.
  [[nodiscard]] const MethodRow* row(const std::string& method) const;
  /// The method's cells that were tried; none where it does not run on this problem or has not begun.
  [[nodiscard]] std::vector<const CellRecord*> cells(const std::string& method) const;
};

/// Whether the target is one: some tried cell does not start at or below it.
[[nodiscard]] bool is_open(const ProblemGroup& group, double target);
/// What the target cost a cell that did not start below it; NaN for one that did.
[[nodiscard]] double open_cost(const CellRecord& cell, double target, Abscissa abscissa);

/// The hardest target that at least half of all tried cells reached. Exchanging the results of two methods does not
/// change this choice, so that it favours neither and the tests stay exact.
[[nodiscard]] std::optional<double> contested_target(const ProblemGroup& group);

/// Refer to `groups`, which must outlive them.
[[nodiscard]] std::vector<Instance> all_instances(const std::vector<ProblemGroup>& groups);
/// All methods in the order of their first row, those without a tried cell included.
[[nodiscard]] std::vector<std::string> all_methods(const std::vector<ProblemGroup>& groups);

/// "3 problems, 3 seeds (0-2), 36 cells planned: 34 succeeded, 2 unfinished": the denominator of tables that span
/// problems.
[[nodiscard]] std::string catalogue_text(const std::vector<ProblemGroup>& groups);

}  // namespace physgrad
