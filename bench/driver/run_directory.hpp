#pragma once
// The directory of a run: usable before anything is measured, and one program's at a time.
#include <filesystem>

namespace physgrad::driver {

/// Holds the directory until it goes; the system lets go of what a killed program held.
class RunDirectory {
 public:
  /// Creates what is missing of the directory, its cells/ and its tables/, and removes what a killed program left half
  /// written. Throws UsageError where one of them cannot be used or another program works in it.
  explicit RunDirectory(const std::filesystem::path& path);
  ~RunDirectory();
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;

 private:
  int descriptor_;
};

}  // namespace physgrad::driver
