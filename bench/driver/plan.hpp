#pragma once
// What a run is going to do: cells in order, limits, and where they are written.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "report/report.hpp"

namespace physgrad::driver {

/// The options of `run` as given; what is empty falls back to the config file, then to the default suite.
struct RunRequest {
  std::vector<std::string> problems, methods, sets;
  std::string seeds, config, out, memory_limit;
  std::optional<double> budget, timeout;
  std::optional<long> steps;
  bool target_stop = false, quiet = false;
};

struct Plan {
  std::vector<std::string> problems, methods;
  std::vector<std::uint64_t> seeds;
  std::vector<SettingOverride> overrides;
  std::string profile;
  Limits limits;
  std::vector<CellKey> cells;  ///< seeds outermost, then problems, then methods: a drift of the machine favours nobody
  std::filesystem::path directory;
};

/// Throws UsageError for anything that cannot be carried out, before a cell runs.
[[nodiscard]] Plan make_plan(const RunRequest& request);

}  // namespace physgrad::driver
