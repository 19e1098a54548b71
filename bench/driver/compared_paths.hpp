#pragma once
// What stands at two paths, compared.
#include <string>

#include "physgrad/tables/comparison.hpp"
#include "physgrad/tables/selection.hpp"

namespace physgrad::driver {

struct ComparedPaths {
  std::string a, b;     ///< run directories, report.json, or outputs of Google Benchmark
  Selection selection;  ///< of cells
  bool losses = false;  ///< losses are to be judged
};

/// Throws UsageError for two paths of different kinds, and for what outputs of Google Benchmark do not have; ReadError.
[[nodiscard]] ComparedVersions compare_paths(const ComparedPaths& paths);

}  // namespace physgrad::driver
