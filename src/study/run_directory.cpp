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

#include "physgrad/record/cell_file.hpp"

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

/// False when another program has the lock. A file system that knows no locks gives none and is used without.
bool lock_folder(int descriptor) {
  // A killed driver's last child holds its lock until it, too, is gone: a moment.
  constexpr int kTries = 25;
  for (int i = 0; i < kTries; ++i) {
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK && errno != EINTR) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
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

RunDirectory::RunDirectory(const fs::path& path) : path_(path) {
  if (path.string().size() + kLongestInside > PATH_MAX) refuse_folder(path, std::strerror(ENAMETOOLONG));
  for (const std::filesystem::path& folder : {path, path / "cells", path / "tables"}) make_folder(folder);
  // Cells do not inherit the descriptor and with it the lock.
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor_ < 0) refuse_folder(path, std::strerror(errno));
  if (!lock_folder(descriptor_)) {
    ::close(descriptor_);
    throw UsageError(
        fmt::format("'{}' is in use by another run; wait for its end or choose another --out", path.string()));
  }
}

RunDirectory::~RunDirectory() { ::close(descriptor_); }

void RunDirectory::remove_half_written(const Plan& plan, const std::vector<std::string>& tables) const {
  std::set<std::string> cells;
  for (const CellKey& key : plan.cells) cells.insert(cell_file_name(key));
  remove_temporaries(path_, {"manifest.json", "report.json"});
  remove_temporaries(path_ / "cells", cells);
  remove_temporaries(path_ / "tables", {tables.begin(), tables.end()});
}

}  // namespace physgrad
