#pragma once
// The cells of one or several reports, put into rows of a table: by task, then by setup, over seeds.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "physgrad/record/report.hpp"
#include "physgrad/tables/trajectories.hpp"

namespace physgrad {

struct LabelledReport {
  std::string label;  ///< tells reports apart where they hold the same cell
  Report report;
};

/// One setup on one machine with one program, all seeds.
struct MethodRow {
  /// Its label: with its swept settings, the settings in which it differs from other rows of this method, machine or
  /// program where the group has several, and the report's label where two reports hold the same cell.
  std::string method;
  std::vector<const CellRecord*> cells;
  int unfinished = 0;                     ///< planned, but without a record
  std::string name = {};                  ///< of the method alone
  std::string untimed = {};               ///< the label without machine and program
  std::string clock = {};                 ///< equal where times may be compared
  std::string clock_label = {};           ///< what names the clock where there are several; otherwise empty
  std::vector<std::uint64_t> seeds = {};  ///< planned, in the order of the plans

  [[nodiscard]] int planned() const { return static_cast<int>(cells.size()) + unfinished; }
  [[nodiscard]] int succeeded() const;
  /// The cells that were tried, which is all but the skipped: what a median over seeds is taken of.
  [[nodiscard]] const std::vector<const CellRecord*>& tried() const { return tried_; }
  /// The tried cells by trajectory: where seeds change nothing, all of them are one observation.
  [[nodiscard]] const Trajectories& distinct() const { return distinct_; }
  /// `number` of every distinct trajectory; of several cells that followed it: the median.
  [[nodiscard]] std::vector<double> collect(const std::function<double(const CellRecord&)>& number) const;

  /// Finds out which of `cells` were tried and which trajectories they followed: once, when all of them are there.
  void complete();

 private:
  std::vector<const CellRecord*> tried_;
  Trajectories distinct_;
};

/// One task. Where a budget of seconds bounds it, which makes losses depend on the machine, on one clock.
struct ProblemGroup {
  /// Its label: with its swept settings, and the settings and limits in which it differs from other tasks of this
  /// problem.
  std::string problem;
  std::vector<MethodRow> rows;
  std::string name = {};     ///< of the problem alone
  std::string use_key = {};  ///< equal for training and solving the same thing: tables/identity.hpp
  [[nodiscard]] std::vector<double> targets() const;  ///< of all cells, largest first
};

/// Rows refer to the reports, which must outlive them. Order: that of the plans.
[[nodiscard]] std::vector<ProblemGroup> group_cells(const std::vector<LabelledReport>& reports);

/// Whether times may be compared within the group.
[[nodiscard]] bool one_clock(const ProblemGroup& group);
/// A group for each clock, whose rows' labels need not name it then.
[[nodiscard]] std::vector<ProblemGroup> split_by_clock(const ProblemGroup& group);

/// "3/4": succeeded of planned; "8/8, 1 distinct" where several seeds followed one trajectory.
[[nodiscard]] std::string cells_text(const MethodRow& row);
/// "3 seeds (0-2)", "1 seed (7)", "40 seeds from 1 to 99" where a list would be long; each counts once.
[[nodiscard]] std::string seeds_text(std::vector<std::uint64_t> seeds);
/// "3 seeds (0-2), 12 cells planned: 10 succeeded, 1 diverged, 1 unfinished".
[[nodiscard]] std::string cells_text(const std::vector<const MethodRow*>& rows);
/// The same of a whole group, with "4 methods, " in front.
[[nodiscard]] std::string denominator_text(const ProblemGroup& group);
/// One line for every way in which a method's cells did not succeed, with the first reason, and for every method whose
/// trajectories do not depend on the seed.
[[nodiscard]] std::vector<std::string> trouble_notes(const ProblemGroup& group);
/// The same of all problems, each line with its problem's name: for a table that spans them.
[[nodiscard]] std::vector<std::string> trouble_notes(const std::vector<ProblemGroup>& groups);

}  // namespace physgrad
