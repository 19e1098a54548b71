#pragma once
// What a cell is beside its names. Cells are compared where their tasks are equal, pooled where their setups are too,
// and their times only where machine and program are. docs/measuring.md, "Identity", says what counts.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "physgrad/record/report.hpp"

namespace physgrad {

/// Names and values as a person writes them, in the order in which a label shows them.
using Facts = std::vector<std::pair<std::string, std::string>>;

struct CellIdentity {
  Facts problem;            ///< the problem's settings as used, and what its data are
  Facts limits;             ///< what bounds the cell
  Facts method;             ///< the method's settings as used
  Facts clock;              ///< machine and program
  Facts others;             ///< what may tell apart cells that agree in all these
  std::string task;         ///< equal where cells may be compared
  std::string setup;        ///< equal where cells of one task and method differ in their seed alone; empty: unknown
  std::string clock_key;    ///< equal where the clocks are
  std::string machine_key;  ///< the same whatever the program
  bool known = true;        ///< false for a cell that never ran, of which nothing but names was written
  int threads = 1;          ///< that the cell was to compute on, also one of the limits
  bool budgeted = false;    ///< ends after some seconds of training: what it reaches depends on the machine
};

/// From the record where it states them, and otherwise from the settings as used and the report's limits and
/// environment: reports that were written before cells had a task_id.
[[nodiscard]] CellIdentity identity_of(const RunHeader& header, const CellRecord& cell);

/// Identities of the cells of one report, in their order: cells that differ in seed and outcome alone share one.
class Identities {
 public:
  /// The header and the cells must outlive it.
  explicit Identities(const RunHeader& header) : header_(header) {}
  [[nodiscard]] std::shared_ptr<const CellIdentity> of(const CellRecord& cell);

 private:
  struct Last {
    const CellRecord* cell = nullptr;
    std::shared_ptr<const CellIdentity> identity;
  };
  const RunHeader& header_;
  std::map<CellKey, Last> last_;  ///< by name, without the seed
};

/// CellIdentity::problem alone.
[[nodiscard]] Facts problem_facts(const CellRecord& cell);

/// The problem's settings, then the limits: what names a task. Problems that integrate have a setting `steps` too.
[[nodiscard]] Facts task_facts(const CellIdentity& identity);

/// Of what must be equal for a network and a solver of single instances to be set against each other: the problem's
/// settings but those of training that are younger than some reports, its data, and the clock.
[[nodiscard]] std::string use_key(const CellIdentity& identity);

/// One text that is equal for equal facts alone; without the names in `but`.
[[nodiscard]] std::string text_of(const Facts& facts, const std::set<std::string>& but = {});
/// "name=value name=value".
[[nodiscard]] std::string label_of(const Facts& facts);

/// Of each, the facts in which it differs from another one: those that all have, or else those that some lack.
[[nodiscard]] std::vector<Facts> differences(const std::vector<Facts>& all);

}  // namespace physgrad
