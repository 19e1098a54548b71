// A library for LD_PRELOAD: counts the calls with which a program changes or reads files under a path, and fails one of
// them. What it is told stands in the environment:
//   PHYSGRAD_FAULT_UNDER   calls on paths that begin so are counted; there, nothing waits for the disk
//   PHYSGRAD_FAULT_LOG     a file that gets "NUMBER CALL PATH" for each
//   PHYSGRAD_FAULT_CALL    the number of the call that fails, from 1; 0: none
//   PHYSGRAD_FAULT_ERROR   its errno
//   PHYSGRAD_FAULT_MODE    once: it alone. short: the same, but a write first writes half. full: a disk that fills up
//                          there: that write writes half, and nothing that takes space works any more. gone: a disk
//                          that vanishes: nothing works any more
// It reaches the kernel by syscall(), so that it needs nothing of the C library that it stands before.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string_view>

namespace {

constexpr std::size_t kFiles = 256, kPathLength = 512;
struct State {
  std::mutex mutex;
  std::array<std::array<char, kPathLength>, kFiles> paths{};  // of the descriptors that are watched
  long calls = 0;
  bool owes_failure = false;  // half of a write was done
};
State state;

const char* told(const char* name) {
  const char* text = std::getenv(name);
  return text != nullptr ? text : "";
}

bool watched(const char* path) {
  const std::string_view under = told("PHYSGRAD_FAULT_UNDER");
  return path != nullptr && !under.empty() && std::string_view(path).starts_with(under);
}

const char* path_of(int file) {
  if (file < 0 || static_cast<std::size_t>(file) >= kFiles) return nullptr;
  const auto& path = state.paths[static_cast<std::size_t>(file)];
  return path[0] != '\0' ? path.data() : nullptr;
}

void remember(int file, const char* path) {
  if (file >= 0 && static_cast<std::size_t>(file) < kFiles)
    std::snprintf(state.paths[static_cast<std::size_t>(file)].data(), kPathLength, "%s", path);
}

void log_call(const char* call, const char* path) {
  std::array<char, 2 * kPathLength> line{};
  const int length = std::snprintf(line.data(), line.size(), "%ld %s %s\n", state.calls, call, path);
  const long log = ::syscall(SYS_openat, AT_FDCWD, told("PHYSGRAD_FAULT_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0666);
  ::syscall(SYS_write, log, line.data(), static_cast<std::size_t>(length));
  ::syscall(SYS_close, log);
}

enum class Fate { works, fails, half };

Fate fate_of(const char* call, const char* path) {
  const int saved = errno;
  ++state.calls;
  log_call(call, path);
  errno = saved;
  const long first = std::atol(told("PHYSGRAD_FAULT_CALL"));
  const std::string_view name = call, mode = told("PHYSGRAD_FAULT_MODE");
  if (first == 0 || state.calls < first) return Fate::works;
  if (state.calls == first && name == "write" && (mode == "short" || mode == "full")) {
    state.owes_failure = mode == "short";
    return Fate::half;
  }
  const bool space = name == "create" || name == "write" || name == "mkdir";
  const bool fails =
      state.calls == first || mode == "gone" || (mode == "full" && space) || (state.owes_failure && name == "write");
  if (name == "write") state.owes_failure = false;
  return fails ? Fate::fails : Fate::works;
}

int fail() {
  errno = std::atoi(told("PHYSGRAD_FAULT_ERROR"));
  return -1;
}

int open_file(const char* path, int flags, mode_t mode) {
  const std::lock_guard<std::mutex> lock(state.mutex);
  const char* call = (flags & O_CREAT) != 0 ? "create" : (flags & O_DIRECTORY) != 0 ? "open-directory" : "open";
  if (watched(path) && fate_of(call, path) == Fate::fails) return fail();
  const int file = static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
  if (watched(path)) remember(file, path);
  return file;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_file(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_file(path, flags, mode);
}

ssize_t write(int file, const void* data, size_t size) {
  const std::lock_guard<std::mutex> lock(state.mutex);
  if (const char* path = path_of(file)) {
    const Fate fate = fate_of("write", path);
    if (fate == Fate::fails) return fail();
    if (fate == Fate::half) size = (size + 1) / 2;
  }
  return ::syscall(SYS_write, file, data, size);
}

ssize_t read(int file, void* data, size_t size) {
  {
    const std::lock_guard<std::mutex> lock(state.mutex);
    const char* path = path_of(file);
    if (path != nullptr && fate_of("read", path) == Fate::fails) return fail();
  }
  return ::syscall(SYS_read, file, data, size);
}

int fsync(int file) {
  const std::lock_guard<std::mutex> lock(state.mutex);
  const char* path = path_of(file);
  if (path == nullptr) return static_cast<int>(::syscall(SYS_fsync, file));
  return fate_of("fsync", path) == Fate::fails ? fail() : 0;
}

int close(int file) {
  const std::lock_guard<std::mutex> lock(state.mutex);
  const char* path = path_of(file);
  const Fate fate = path != nullptr ? fate_of("close", path) : Fate::works;
  if (path != nullptr) remember(file, "");
  const int result = static_cast<int>(::syscall(SYS_close, file));
  return fate == Fate::fails ? fail() : result;
}

int rename(const char* from, const char* to) noexcept {
  const std::lock_guard<std::mutex> lock(state.mutex);
  if (watched(to) && fate_of("rename", to) == Fate::fails) return fail();
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int mkdir(const char* path, mode_t mode) noexcept {
  const std::lock_guard<std::mutex> lock(state.mutex);
  if (watched(path) && fate_of("mkdir", path) == Fate::fails) return fail();
  return static_cast<int>(::syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}

int unlink(const char* path) noexcept {
  const std::lock_guard<std::mutex> lock(state.mutex);
  if (watched(path) && fate_of("unlink", path) == Fate::fails) return fail();
  return static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}
}
