#pragma once
// A cell's file, one JSON object a line: {"type":"run"}, {"type":"step"}..., {"type":"end"}. What a cell writes may
// have its weights too (record/weights.hpp), which are no part of its record.
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "physgrad/files/json.hpp"
#include "physgrad/record/report.hpp"

namespace physgrad {

/// The lines, without their line ends. The run line carries identity, settings and the machine (none where it is not
/// known), a step line one point of the curve, the end line everything but the curve.
[[nodiscard]] std::string run_line(const CellSpec& cell, const std::optional<Environment>& machine = {});
/// The specification that a run line holds: what else it says, of its machine for one, is of another run. Throws
/// ReadError naming `source`: keys that a run line cannot have, too.
[[nodiscard]] CellSpec parse_run_line(std::string_view text, const std::string& source);
[[nodiscard]] std::string step_line(const CurvePoint& point);
/// A step line of every point, each with its line end.
[[nodiscard]] std::string step_lines(const std::vector<CurvePoint>& curve);
[[nodiscard]] std::string end_line(const CellRecord& cell);

/// Puts a cell together again from its lines, as far as they go.
class CellLines {
 public:
  /// Throws ReadError naming `source` for a line that is none of these. A second run line starts anew.
  void add(std::string_view line, const std::string& source);
  void add_value(const Json& line, const std::string& source);  ///< the same of a line that was parsed
  /// True once the end line was seen.
  [[nodiscard]] bool finished() const { return finished_; }
  /// Where the cell ran, by its own word.
  [[nodiscard]] const std::optional<Environment>& machine() const { return machine_; }
  /// Points of the curve so far, and the last of them, where there is one.
  [[nodiscard]] std::size_t points() const { return record_.curve.size(); }
  [[nodiscard]] const CurvePoint& last_point() const { return record_.curve.back(); }
  /// The record so far. Unfinished, its losses and steps are those of the points seen.
  [[nodiscard]] CellRecord record() const& { return CellLines(*this).completed(); }
  [[nodiscard]] CellRecord record() && { return completed(); }

 private:
  CellRecord completed();
  CellRecord record_;
  std::optional<Environment> machine_;
  bool finished_ = false;
};

/// All lines of a text. A truncated last line is dropped. Throws ReadError naming `source` and line.
[[nodiscard]] CellLines read_cell_lines(std::string_view text, const std::string& source);
/// The same of a file.
[[nodiscard]] CellLines read_cell_file(const std::filesystem::path& path);

}  // namespace physgrad
