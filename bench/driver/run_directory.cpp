#include "run_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "report/files.hpp"

namespace physgrad::driver {
namespace {

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

RunDirectory::RunDirectory(const std::filesystem::path& path) {
  for (const std::filesystem::path& folder : {path, path / "cells", path / "tables"}) make_folder(folder);
  // Cells do not inherit the descriptor and with it the lock.
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor_ < 0) refuse_folder(path, std::strerror(errno));
  if (!lock_folder(descriptor_)) {
    ::close(descriptor_);
    throw UsageError(fmt::format("'{}' is in use by another physgrad-bench; wait for its end or choose another --out",
                                 path.string()));
  }
  for (const std::filesystem::path& folder : {path, path / "cells", path / "tables"}) remove_temporaries(folder);
}

RunDirectory::~RunDirectory() { ::close(descriptor_); }

}  // namespace physgrad::driver
