#pragma once
// Files held against their schemas, with what was found printed.
#include <cstddef>
#include <string>
#include <vector>

#include "verbs.hpp"

namespace physgrad::driver {

struct ValidatedFiles {
  std::vector<std::string> files;  ///< or run directories
  std::size_t most = 20;           ///< problems, and warnings, that are shown of a file
  bool quiet = false;              ///< nothing of files that are valid
};

/// The exit code: 0 where all is valid, 1 where something is not, 2 where something cannot be read at all.
[[nodiscard]] int validate_files(const ValidatedFiles& request, const Call& call);

}  // namespace physgrad::driver
