#include "physgrad/study/run_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <set>

#include "physgrad/record/cell_file.hpp"
#include "physgrad/record/weights.hpp"
#include "physgrad/study/resolved.hpp"

namespace physgrad {
namespace {

/// What a file of the run adds to the path of its directory at most, its temporary's name included.
constexpr std::size_t kLongestInside = sizeof("/weights/") + kLongestCellFile + 64;

[[noreturn]] void refuse_folder(const std::filesystem::path& folder, const char* reason) {
  throw UsageError(fmt::format("--out: '{}' cannot be used as a directory to write to: {}", folder.string(), reason));
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) refuse_folder(folder, error.message().c_str());
  if (::access(folder.c_str(), R_OK | W_OK | X_OK) != 0) refuse_folder(folder, std::strerror(errno));
}

constexpr const char* kLockFile = "shards.lock";

/// A file system that knows no locks gives none and is used without.
void lock_folder(const fs::path& path, int folder, bool shared) {
  const int kind = (shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
  if (is_held_lock(locked_in_a_moment([&] { return ::flock(folder, kind); })))
    throw UsageError(
        fmt::format("'{}' is in use by another run; wait for its end or choose another --out", path.string()));
}

void lock_cells(const fs::path& path, const PlaceLocks& locks, const std::vector<std::size_t>& places) {
  const int error = locks.hold(places);
  if (is_held_lock(error))
    throw UsageError(
        fmt::format("'{}': another program measures cells of this shard; wait for its end, or give all shards one "
                    "number n of i/n",
                    path.string()));
  if (error != 0)
    throw UsageError(fmt::format(
        "'{}' cannot be shared by shards, because its file system has no locks ({}); give each shard an --out of its "
        "own and join them with `merge`",
        path.string(), std::strerror(error)));
}

}  // namespace

fs::path make_own_folder(const fs::path& path) {
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  if (error) refuse_folder(path.parent_path(), error.message().c_str());
  fs::path folder = path;
  for (int number = 2; ::mkdir(folder.c_str(), 0777) != 0; ++number) {
    if (errno != EEXIST) refuse_folder(folder, std::strerror(errno));
    folder = path.string() + fmt::format("-{}", number);
  }
  return folder;
}

void check_run_folder(const fs::path& path) {
  std::error_code error;
  fs::path there = path;
  while (!fs::exists(there, error)) {
    if (error && error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory)
      refuse_folder(path, error.message().c_str());
    there = there.has_parent_path() && there.parent_path() != there ? there.parent_path() : fs::path(".");
  }
  if (!fs::is_directory(there, error)) refuse_folder(path, std::strerror(there == path ? EEXIST : ENOTDIR));
  if (::access(there.c_str(), R_OK | W_OK | X_OK) != 0) refuse_folder(path, std::strerror(errno));
}

std::string name_of_folder(const fs::path& path) {
  fs::path plain = path.lexically_normal();
  if (!plain.has_filename()) plain = plain.parent_path();  // "x/" and "x/."
  std::string name = plain.filename().string();
  if (name.empty() || name == "." || name == "..") name = fs::weakly_canonical(path).filename().string();
  return name.empty() ? "/" : name;
}

fs::path cell_path(const Plan& plan, const CellKey& key) {
  return replaced_file(plan.directory / "cells" / cell_file_name(key));
}

void refuse_special_file(const fs::path& path) {
  if (const std::string kind = special_kind(path); !kind.empty())
    throw UsageError(fmt::format("'{}' is a {}; expected a file of the run, or nothing", path.string(), kind));
}

RunDirectory::RunDirectory(const fs::path& path, const std::optional<std::vector<std::size_t>>& shared, bool weights)
    : path_(path) {
  if (path.string().size() + kLongestInside > PATH_MAX) refuse_folder(path, std::strerror(ENAMETOOLONG));
  for (const std::filesystem::path& folder : {path, path / "cells", path / "tables"}) make_folder(folder);
  if (weights) make_folder(path / kWeightsFolder);
  // Cells do not inherit the descriptors and with them the locks.
  folder_ = Descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder_.number() < 0) refuse_folder(path, std::strerror(errno));
  lock_folder(path, folder_.number(), shared.has_value());
  if (!shared) return;
  const fs::path file = path / kLockFile;
  refuse_special_file(file);
  locks_.emplace(file);
  if (!locks_->usable()) refuse_folder(path, std::strerror(errno));
  lock_cells(path, *locks_, *shared);
}

void RunDirectory::alone(const std::function<void()>& work) const {
  if (locks_)
    locks_->alone(work);
  else
    work();
}

void RunDirectory::release_cells() const {
  if (locks_) locks_->release();
}

bool RunDirectory::others_at_work() const { return locks_ && locks_->others_hold(); }

void RunDirectory::remove_half_written(const Plan& plan, const std::vector<std::string>& tables) const {
  std::set<std::string> cells, weights;
  for (const CellKey& key : plan.cells) cells.insert(cell_file_name(key));
  for (const CellKey& key : plan.cells) weights.insert(weights_file_name(key));
  alone([&] {
    remove_temporaries(path_, {"manifest.json", "report.json", kStudyFile});
    // Another shard may be writing the tables.
    if (!locks_) remove_temporaries(path_ / "tables", {tables.begin(), tables.end()});
  });
  remove_temporaries(path_ / "cells", cells);
  remove_temporaries(path_ / kWeightsFolder, weights);
}

}  // namespace physgrad
