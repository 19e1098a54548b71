#pragma once
// Reports as tables and figures read them: what all of them need is made once, when it is first asked for,
// by whichever thread.
#include <mutex>
#include <vector>

#include "physgrad/tables/grouping.hpp"

namespace physgrad {

class ReportSet {
 public:
  /// Refers to the reports, which must outlive it and stay as they are.
  ReportSet(const std::vector<LabelledReport>& reports) : reports_(&reports) {}  // NOLINT: reports are a set of them
  ReportSet(const ReportSet&) = delete;
  ReportSet& operator=(const ReportSet&) = delete;

  [[nodiscard]] const std::vector<LabelledReport>& reports() const { return *reports_; }
  /// group_cells() of them.
  [[nodiscard]] const std::vector<ProblemGroup>& groups() const;
  /// The same, a group for each machine and program: within each every cost may be compared, seconds included.
  [[nodiscard]] const std::vector<ProblemGroup>& comparable_groups() const;

 private:
  const std::vector<LabelledReport>* reports_;
  mutable std::once_flag grouped_, compared_;
  mutable std::vector<ProblemGroup> groups_, comparable_;
};

}  // namespace physgrad
