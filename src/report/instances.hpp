#pragma once
// The whole catalogue as one experiment: every (problem, target) is an instance, every seed of it a run.
#include <string>
#include <vector>

#include "report/grouping.hpp"
#include "report/measures.hpp"

namespace physgrad {

/// A frozen target of a problem that at least one method tried.
struct Instance {
  const ProblemGroup* group;
  double target;

  /// The method's cells that were tried; none where it does not run on this problem or has not begun.
  [[nodiscard]] std::vector<const CellRecord*> cells(const std::string& method) const;
};

/// Refer to `groups`, which must outlive them.
[[nodiscard]] std::vector<Instance> all_instances(const std::vector<ProblemGroup>& groups);
/// All methods in the order of their first row, those without a tried cell included.
[[nodiscard]] std::vector<std::string> all_methods(const std::vector<ProblemGroup>& groups);

/// "3 problems, 36 cells planned, 2 unfinished": the denominator of tables that span problems.
[[nodiscard]] std::string catalogue_text(const std::vector<ProblemGroup>& groups);

}  // namespace physgrad
