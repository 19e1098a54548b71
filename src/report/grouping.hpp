#pragma once
// The cells of one or several reports, put into rows of a table: by problem, then by method, over seeds.
#include <functional>
#include <string>
#include <vector>

#include "report/report.hpp"

namespace physgrad {

struct LabelledReport {
  std::string label;  ///< tells reports apart where they hold the same cell
  Report report;
};

/// One problem, one method, all seeds.
struct MethodRow {
  std::string method;  ///< with its swept settings, and the report's label where two reports hold the same cell
  std::vector<const CellRecord*> cells;
  int unfinished = 0;  ///< planned, but without a record

  [[nodiscard]] int planned() const { return static_cast<int>(cells.size()) + unfinished; }
  [[nodiscard]] int succeeded() const;
  /// The cells that were tried, which is all but the skipped: what a median over seeds is taken of.
  [[nodiscard]] std::vector<const CellRecord*> tried() const;
  /// `number` of every tried cell.
  [[nodiscard]] std::vector<double> collect(const std::function<double(const CellRecord&)>& number) const;
};

struct ProblemGroup {
  std::string problem;  ///< with its swept settings
  std::vector<MethodRow> rows;
  [[nodiscard]] std::vector<double> targets() const;  ///< of all cells, largest first
};

/// Rows refer to the reports, which must outlive them. Order: that of the plans.
[[nodiscard]] std::vector<ProblemGroup> group_cells(const std::vector<LabelledReport>& reports);

/// "4 methods, 12 cells planned: 10 succeeded, 1 diverged, 1 unfinished".
[[nodiscard]] std::string denominator_text(const ProblemGroup& group);
/// One line for every way in which a method's cells did not succeed, with the first reason.
[[nodiscard]] std::vector<std::string> trouble_notes(const ProblemGroup& group);
/// The same of all problems, each line with its problem's name: for a table that spans them.
[[nodiscard]] std::vector<std::string> trouble_notes(const std::vector<ProblemGroup>& groups);

}  // namespace physgrad
