#pragma once
// The directory of a run: usable before anything is measured, and one program's at a time or shared by shards.
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "physgrad/files/descriptor.hpp"
#include "physgrad/files/files.hpp"
#include "physgrad/study/place_locks.hpp"
#include "physgrad/study/plan.hpp"

namespace physgrad {

namespace fs = std::filesystem;

/// Makes the directory, or where there is one of that name already `path`-2 and so on: nobody else has it.
[[nodiscard]] fs::path make_own_folder(const fs::path& path);

/// Throws UsageError where no run could be written to `path`; makes nothing.
void check_run_folder(const fs::path& path);

/// The last name of a directory's path that is one: not empty, "." or "..".
[[nodiscard]] std::string name_of_folder(const fs::path& path);

/// Where a cell's file is: what would be replaced, where that is a link.
[[nodiscard]] fs::path cell_path(const Plan& plan, const CellKey& key);

/// Throws UsageError where a pipe or a device stands in the place of a file of the run.
void refuse_special_file(const fs::path& path);

/// Holds the directory, or some cells in it, until it goes; the system lets go of what a killed program held.
class RunDirectory {
 public:
  /// Creates what is missing of the directory, its cells/ and tables/, and with `weights` its weights/. Without
  /// `shared` it is this program's alone; with it, these places among the plan's cells are, and others may hold other
  /// places. Throws UsageError where it cannot be used, where another program holds any of it, and where it is to be
  /// shared on a file system without locks.
  explicit RunDirectory(const fs::path& path, const std::optional<std::vector<std::size_t>>& shared = {},
                        bool weights = false);

  /// Removes what a killed program left half written of the files of this plan, and of its tables.
  void remove_half_written(const Plan& plan, const std::vector<std::string>& tables) const;

  [[nodiscard]] bool shared() const { return locks_.has_value(); }
  /// Does the work while no other program does such work on the manifest or the report of this directory.
  void alone(const std::function<void()>& work) const;
  /// Lets go of the cells: they are measured.
  void release_cells() const;
  /// Whether another program holds cells.
  [[nodiscard]] bool others_at_work() const;

 private:
  fs::path path_;
  Descriptor folder_;
  std::optional<PlaceLocks> locks_;  ///< where it is shared
};

}  // namespace physgrad
