#pragma once
// A report: where, what was planned, and a record for every cell that ended. Plain data.
#include <cstdint>
#include <string>
#include <vector>

#include "physgrad/measure/environment.hpp"
#include "physgrad/record/record.hpp"

namespace physgrad {

inline constexpr int kSchemaVersion = 1;

/// What the program that wrote the report was.
struct Suite {
  std::string name, version, commit;
  bool dirty = false;
  std::string program;  ///< as in the cells; empty in old reports
  bool operator==(const Suite&) const = default;
};

/// What bounds every cell of a run; an absent budget is each problem's own.
struct Limits : CellLimits {
  std::vector<std::string> settings;  ///< overrides as "scope.key=value", in order
};

struct ProblemNote {
  std::string name, summary, citation;
  double budget_seconds = kAbsent;
  std::vector<double> targets;  ///< frozen training losses
};

struct MethodNote {
  std::string name, summary, citation;
  std::vector<std::string> needs;
};

/// The search that found the settings of a pair: what it cost.
struct TuningNote {
  std::string problem, method;
  double trials = kAbsent, seconds = kAbsent;
};

/// Everything that is known before the first cell runs. Special members as CellRecord's.
struct RunHeader {
  RunHeader();
  RunHeader(const RunHeader&);
  RunHeader(RunHeader&&) noexcept;
  RunHeader& operator=(const RunHeader&);
  RunHeader& operator=(RunHeader&&) noexcept;
  ~RunHeader();

  Suite suite;
  Environment environment;            ///< where the run was begun
  std::vector<Environment> machines;  ///< where cells ran: CellRecord::machine is an index; at least `environment`
  std::string name, profile, started;
  std::vector<std::string> command;
  std::vector<std::uint64_t> seeds;
  Limits limits;
  std::vector<CellKey> planned;
  std::vector<ProblemNote> problems;
  std::vector<MethodNote> methods;
  std::vector<TuningNote> tuning;  ///< of settings that `tune` wrote
};

/// Seconds that the settings of a cell were searched for; absent where the report does not know.
[[nodiscard]] double tuning_seconds(const RunHeader& header, const CellKey& cell);

struct Report {
  RunHeader header;
  std::vector<CellRecord> cells;  ///< those that ended, each once
  bool finished = true;           ///< false: written while the run went on
};

/// True for a cell that trained to one of its planned ends.
[[nodiscard]] bool succeeded(const CellRecord& cell);

}  // namespace physgrad
