#pragma once
// The directory of a run: usable before anything is measured, and one program's at a time.
#include <filesystem>
#include <string>
#include <vector>

#include "physgrad/files/files.hpp"
#include "physgrad/study/plan.hpp"

namespace physgrad {

namespace fs = std::filesystem;

/// Makes the directory, or where there is one of that name already `path`-2 and so on: nobody else has it.
[[nodiscard]] fs::path make_own_folder(const fs::path& path);

/// The last name of a directory's path that is one: not empty, "." or "..".
[[nodiscard]] std::string name_of_folder(const fs::path& path);

/// Where a cell's file is: what would be replaced, where that is a link.
[[nodiscard]] fs::path cell_path(const Plan& plan, const CellKey& key);

/// Throws UsageError where a pipe or a device stands in the place of a file of the run.
void refuse_special_file(const fs::path& path);

/// Holds the directory until it goes; the system lets go of what a killed program held.
class RunDirectory {
 public:
  /// Creates what is missing of the directory, its cells/ and its tables/. Throws UsageError where one of them cannot
  /// be used or another program works in it.
  explicit RunDirectory(const fs::path& path);
  ~RunDirectory();
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;

  /// Removes what a killed program left half written of the files of this plan, and of its tables.
  void remove_half_written(const Plan& plan, const std::vector<std::string>& tables) const;

 private:
  fs::path path_;
  int descriptor_;
};

}  // namespace physgrad
