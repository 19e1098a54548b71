#pragma once
// The weights that a cell ended with: a line of what it writes, and the file that a run keeps of it.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "physgrad/record/cell_spec.hpp"

namespace physgrad {

struct Weights {
  CellSpec cell;                ///< whose they are
  std::string trajectory_hash;  ///< of the training that led to them; a cell's own weights have the cell's
  long step = 0;                ///< updates that made them
  SettingMap network;           ///< what it is: its description
  std::vector<double> theta;    ///< all parameters, finite
};

/// One line of JSON without its end, each number so that reading it gives the same double.
[[nodiscard]] std::string weights_line(const Weights& weights);
/// Whether a line that a cell wrote is such a line.
[[nodiscard]] bool is_weights_line(std::string_view line);

/// Throws ReadError naming `source`: what is no such line, a newer schema, numbers that are not finite.
[[nodiscard]] Weights parse_weights(std::string_view text, const std::string& source);
[[nodiscard]] Weights read_weights(const std::filesystem::path& path);

inline constexpr const char* kWeightsFolder = "weights";

/// NAME.json for a cell whose file is NAME.jsonl.
[[nodiscard]] std::string weights_file_name(const CellKey& key);
/// Where the weights of a cell lie, of a run directory, or of the report.json in one.
[[nodiscard]] std::filesystem::path weights_path(const std::filesystem::path& run, const CellKey& key);

/// Why the file there does not hold the weights of this cell with this trajectory, one line; empty where it does.
/// Throws ReadError where it is there and cannot be read.
[[nodiscard]] std::string not_its_weights(const std::filesystem::path& path, const CellKey& key,
                                          const std::string& trajectory_hash);

}  // namespace physgrad
