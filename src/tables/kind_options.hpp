#pragma once
// What some kinds of tables and figures can be asked for, beside the reports that they are made of.
#include <string>
#include <vector>

namespace physgrad {

struct KindOptions {
  std::vector<double> budgets = {};  ///< training seconds, of the kind budgets; empty: budgets_of() chooses
  std::string group = {};            ///< "method" or "family", of profiles; empty: method
  [[nodiscard]] bool by_family() const { return group == "family"; }
};

/// Throws UsageError for an option that has no effect on this kind, for budgets that are not positive and increasing,
/// and for a group that is none.
void check_options(const std::string& kind, const KindOptions& options);

}  // namespace physgrad
