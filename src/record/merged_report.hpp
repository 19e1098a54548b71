#pragma once
// Several reports as one.
#include <string>
#include <vector>

#include "physgrad/record/report.hpp"

namespace physgrad {

struct NamedReport {
  std::string name;  ///< for messages
  Report report;
};

/// Which of two measurements of one cell is kept: neither, that of the input named first, or of the run begun last.
enum class Prefer { neither, first, newest };

struct MergedReport {
  Report report;
  std::vector<std::string> notes;  ///< what people should know of how it came about
};

/// All cells of all inputs, at least one: planned are those planned anywhere, in the inputs' order. Machines are those
/// of all inputs, told apart by machine and build, and cells carry the new indices. A cell that two inputs have alike
/// is taken once. The header is the first's where the inputs agree; limits on which they do not are absent there, and
/// the profile is "custom". Throws UsageError naming all of it: cells of one name with other settings, data or limits;
/// cells measured twice, unless `prefer` chooses; problems with other targets or budgets; cells that do not say their
/// task.
[[nodiscard]] MergedReport merged_report(std::vector<NamedReport> inputs, Prefer prefer);

}  // namespace physgrad
