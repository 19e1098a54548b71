#include "physgrad/study/run_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <climits>
#include <cstring>
#include <set>
#include <thread>
#include <utility>

#include "physgrad/record/cell_file.hpp"
#include "physgrad/study/resolved.hpp"

namespace physgrad {
namespace {

/// What a file of the run adds to the path of its directory at most, its temporary's name included.
constexpr std::size_t kLongestInside = sizeof("/cells/") + kLongestCellFile + 64;

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
constexpr off_t kHeaderPlace = off_t{1} << 40;  // in the lock file; the cells' places come before

/// Tries for a moment: a killed driver's last child holds its locks until it, too, is gone. 0 or the last try's errno.
int locked_in_a_moment(const std::function<int()>& lock) {
  constexpr int kTries = 25;
  for (int i = 0;; ++i) {
    if (lock() == 0) return 0;
    const bool held = errno == EWOULDBLOCK || errno == EAGAIN || errno == EACCES || errno == EINTR;
    if (!held || i + 1 == kTries) return errno;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

bool is_held(int error) { return error == EWOULDBLOCK || error == EAGAIN || error == EACCES || error == EINTR; }

struct flock lock_of(short type, off_t start, off_t length) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = start;
  lock.l_len = length;
  return lock;
}

/// Locks belong to the open file, so that they end with it, whichever thread or child closes what.
int lock_range(int file, int command, short type, off_t start, off_t length) {
  struct flock lock = lock_of(type, start, length);
  return ::fcntl(file, command, &lock);
}

/// Neighbouring places as [first, last).
std::vector<std::pair<std::size_t, std::size_t>> ranges_of(const std::vector<std::size_t>& places) {
  std::vector<std::pair<std::size_t, std::size_t>> ranges;
  for (const std::size_t place : places) {
    if (ranges.empty() || ranges.back().second != place) ranges.emplace_back(place, place);
    ++ranges.back().second;
  }
  return ranges;
}

[[noreturn]] void refuse_used(const fs::path& path) {
  throw UsageError(
      fmt::format("'{}' is in use by another run; wait for its end or choose another --out", path.string()));
}

/// A file system that knows no locks gives none and is used without.
void lock_folder(const fs::path& path, int folder, bool shared) {
  const int kind = (shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
  if (is_held(locked_in_a_moment([&] { return ::flock(folder, kind); }))) refuse_used(path);
}

void lock_cells(const fs::path& path, int file, const std::vector<std::pair<std::size_t, std::size_t>>& ranges) {
  for (const auto& [first, last] : ranges) {
    const auto start = static_cast<off_t>(first), length = static_cast<off_t>(last - first);
    const int error = locked_in_a_moment([&] { return lock_range(file, F_OFD_SETLK, F_WRLCK, start, length); });
    if (is_held(error))
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

RunDirectory::RunDirectory(const fs::path& path, const std::optional<std::vector<std::size_t>>& shared)
    : path_(path), shared_(shared.has_value()) {
  if (path.string().size() + kLongestInside > PATH_MAX) refuse_folder(path, std::strerror(ENAMETOOLONG));
  for (const std::filesystem::path& folder : {path, path / "cells", path / "tables"}) make_folder(folder);
  // Cells do not inherit the descriptors and with them the locks.
  folder_ = Descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder_.number() < 0) refuse_folder(path, std::strerror(errno));
  lock_folder(path, folder_.number(), shared_);
  if (!shared_) return;
  const fs::path locks = path / kLockFile;
  refuse_special_file(locks);
  locks_ = Descriptor(::open(locks.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (locks_.number() < 0) refuse_folder(path, std::strerror(errno));
  lock_cells(path, locks_.number(), ranges_of(*shared));
}

void RunDirectory::alone(const std::function<void()>& work) const {
  if (!shared_) return work();
  while (lock_range(locks_.number(), F_OFD_SETLKW, F_WRLCK, kHeaderPlace, 1) != 0)
    if (errno != EINTR)
      throw UsageError(fmt::format("'{}' cannot be locked: {}", path_.string(), std::strerror(errno)));
  try {
    work();
  } catch (...) {
    (void)lock_range(locks_.number(), F_OFD_SETLK, F_UNLCK, kHeaderPlace, 1);
    throw;
  }
  (void)lock_range(locks_.number(), F_OFD_SETLK, F_UNLCK, kHeaderPlace, 1);
}

void RunDirectory::release_cells() const {
  if (shared_) (void)lock_range(locks_.number(), F_OFD_SETLK, F_UNLCK, 0, kHeaderPlace);
}

bool RunDirectory::others_at_work() const {
  if (!shared_) return false;
  struct flock lock = lock_of(F_WRLCK, 0, kHeaderPlace);
  return ::fcntl(locks_.number(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

void RunDirectory::remove_half_written(const Plan& plan, const std::vector<std::string>& tables) const {
  std::set<std::string> cells;
  for (const CellKey& key : plan.cells) cells.insert(cell_file_name(key));
  alone([&] {
    remove_temporaries(path_, {"manifest.json", "report.json", kStudyFile});
    // Another shard may be writing the tables.
    if (!shared_) remove_temporaries(path_ / "tables", {tables.begin(), tables.end()});
  });
  remove_temporaries(path_ / "cells", cells);
}

}  // namespace physgrad
