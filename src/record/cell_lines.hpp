#pragma once
// A cell's file, one JSON object a line: {"type":"run"}, {"type":"step"}..., {"type":"end"}.
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "physgrad/record/report.hpp"

namespace physgrad {

/// The lines, without their line ends. The run line carries identity, settings and the machine (none where it is not
/// known), a step line one point of the curve, the end line everything but the curve.
[[nodiscard]] std::string run_line(const CellRecord& cell, const std::optional<Environment>& machine = {});
[[nodiscard]] std::string step_line(const CurvePoint& point);
[[nodiscard]] std::string end_line(const CellRecord& cell);

/// Puts a cell together again from its lines, as far as they go.
class CellLines {
 public:
  /// Throws ReadError naming `source` for a line that is none of the three. A second run line starts anew.
  void add(std::string_view line, const std::string& source);
  /// True once the end line was seen.
  [[nodiscard]] bool finished() const { return finished_; }
  /// Where the cell ran, by its own word.
  [[nodiscard]] const std::optional<Environment>& machine() const { return machine_; }
  /// The record so far. Unfinished, its losses and steps are those of the points seen.
  [[nodiscard]] CellRecord record() const;

 private:
  CellRecord record_;
  std::optional<Environment> machine_;
  bool finished_ = false;
};

/// The frozen targets of a cell that never came to its end, as far as its curve reached them.
[[nodiscard]] std::vector<TargetRecord> targets_of_curve(const std::vector<CurvePoint>& curve,
                                                         const std::vector<double>& losses);

/// All lines of a text. A truncated last line is dropped. Throws ReadError naming `source` and line.
[[nodiscard]] CellLines read_cell_lines(std::string_view text, const std::string& source);
/// The same of a file.
[[nodiscard]] CellLines read_cell_file(const std::filesystem::path& path);

}  // namespace physgrad
