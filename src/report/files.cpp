#include "report/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace physgrad {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail_write(const fs::path& path, int error) {
  throw WriteError(fmt::format("cannot write '{}': {}", path.string(), std::strerror(error)));
}

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return value_; }
  /// Some file systems report a full disk only when a file is closed.
  int close() { return ::close(std::exchange(value_, -1)); }

 private:
  int value_;
};

/// 0, or the error number.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : EIO;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// Pipes and devices cannot be synchronised and say so with EINVAL.
int sync_error(int descriptor) { return ::fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS ? 0 : errno; }

void write_directly(const fs::path& path, std::string_view text) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.get() < 0) fail_write(path, errno);
  if (const int error = write_all(file.get(), text)) fail_write(path, error);
  if (file.close() != 0) fail_write(path, errno);
}

void sync_directory(const fs::path& directory) {
  const Descriptor folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() >= 0) ::fsync(folder.get());
}

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

/// A link stays a link: what it points to is replaced.
fs::path replaced_path(const fs::path& given) {
  std::error_code ignored;
  return fs::is_symlink(given, ignored) ? fs::weakly_canonical(given, ignored) : given;
}

/// Whether a file is replaced by a new one; devices and pipes are not.
bool is_replaced(const fs::path& path) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  return !fs::exists(status) || fs::is_regular_file(status);
}

}  // namespace

std::string read_text_file(const fs::path& path) {
  const auto fail = [&](int error) -> std::string {
    throw ReadError(fmt::format("cannot read '{}': {}", path.string(), std::strerror(error)));
  };
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return fail(errno);
  std::string text;
  char buffer[65536];
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(errno);
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
  }
}

fs::path temporary_of(const fs::path& path) { return path.string() + fmt::format(".{}.tmp", ::getpid()); }

void write_text_file(const fs::path& given, std::string_view text) {
  const fs::path path = replaced_path(given);
  if (!is_replaced(path)) return write_directly(path, text);
  const fs::path temporary = temporary_of(path);
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (file.get() < 0) fail_write(path, errno);
  int error = write_all(file.get(), text);
  if (error == 0) error = sync_error(file.get());
  if (file.close() != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    fail_write(path, error);
  }
  sync_directory(folder_of(path));
}

void replace_file(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) {
    const int error = errno;
    ::unlink(from.c_str());
    fail_write(to, error);
  }
  sync_directory(folder_of(to));
}

void remove_temporaries(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const fs::path name = entry.path().stem();  // without .tmp
    const std::string process = name.extension().string();
    if (entry.path().extension() == ".tmp" && process.size() > 1 && name.stem().has_extension() &&
        process.find_first_not_of("0123456789", 1) == std::string::npos)
      fs::remove(entry.path(), ignored);
  }
}

void check_output_path(const fs::path& path) {
  std::error_code ignored;
  const fs::path folder = folder_of(replaced_path(path));
  if (path.empty()) throw UsageError("the output path is empty; expected the name of a file");
  if (fs::is_directory(path, ignored))
    throw UsageError(fmt::format("cannot write '{}': it is a directory; expected the name of a file", path.string()));
  if (!fs::is_directory(folder, ignored))
    throw UsageError(fmt::format("cannot write '{}': there is no directory '{}'", path.string(), folder.string()));
  const bool refused = (fs::exists(path, ignored) && ::access(path.c_str(), W_OK) != 0) ||
                       (is_replaced(path) && ::access(folder.c_str(), W_OK | X_OK) != 0);
  if (refused) throw UsageError(fmt::format("cannot write '{}': {}", path.string(), std::strerror(errno)));
}

LineFile::LineFile(fs::path path)
    : path_(std::move(path)), descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) fail_write(path_, errno);
}

LineFile::~LineFile() { ::close(descriptor_); }

void LineFile::append(std::string_view line) {
  // One write per line, so that a kill leaves whole lines.
  std::string whole(line);
  whole += '\n';
  if (const int error = write_all(descriptor_, whole)) fail_write(path_, error);
}

void LineFile::sync() {
  if (const int error = sync_error(descriptor_)) fail_write(path_, error);
  sync_directory(folder_of(path_));
}

}  // namespace physgrad
