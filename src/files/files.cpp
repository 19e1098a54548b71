#include "physgrad/files/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include "physgrad/files/descriptor.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail_write(const fs::path& path, int error) {
  throw WriteError(fmt::format("cannot write '{}': {}", path.string(), std::strerror(error)));
}

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

void write_directly(const fs::path& path, const TextSource& source) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (file.number() < 0) fail_write(path, errno);
  source([&](std::string_view piece) {
    if (const int error = write_all(file.number(), piece)) fail_write(path, error);
  });
  if (file.close() != 0) fail_write(path, errno);
}

void sync_directory(const fs::path& directory) {
  const Descriptor folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.number() >= 0) ::fsync(folder.number());
}

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

/// Where writing to a name ends.
struct Destination {
  fs::path path;
  bool replaced = false;  ///< whether a new file takes the place; pipes and devices are written to
  int error = 0;          ///< why there is none
};

/// A link stays a link: what it points to is replaced, or made where that is missing.
Destination destination_of(const fs::path& given) {
  constexpr int kMostLinks = 40;  // as many as Linux follows
  struct stat there {};
  const bool exists = ::stat(given.c_str(), &there) == 0;
  if (!exists && errno != ENOENT) return {given, false, errno};
  if (exists && !S_ISREG(there.st_mode)) return {given};
  fs::path path = given;
  std::error_code ignored;
  for (int i = 0; fs::is_symlink(path, ignored); ++i) {
    if (i == kMostLinks) return {given, false, ELOOP};
    const fs::path next = fs::read_symlink(path, ignored);
    path = next.is_absolute() ? next : folder_of(path) / next;
  }
  // A link below /proc leads to a file that has no such name, or none at all: it is written to where it is.
  struct stat found {};
  const bool same = ::lstat(path.c_str(), &found) == 0 && found.st_dev == there.st_dev && found.st_ino == there.st_ino;
  return exists && !same ? Destination{given} : Destination{path, true};
}

// Between a file's name and the numbers that make a temporary's own.
constexpr std::string_view kTemporaryMark = ".physgrad-bench-", kTemporaryEnd = ".tmp";

/// The name that the temporary `name` was to get; empty for whatever is no temporary of this program.
std::string target_of_temporary(std::string_view name) {
  const std::size_t mark = name.rfind(kTemporaryMark);
  if (mark == std::string::npos || !name.ends_with(kTemporaryEnd)) return {};
  const std::size_t start = mark + kTemporaryMark.size(), end = name.size() - kTemporaryEnd.size();
  const std::string_view numbers = name.substr(std::min(start, end), end - std::min(start, end));
  const std::size_t dash = numbers.find('-');
  const auto digits = [](std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  };
  const bool right = dash != std::string::npos && digits(numbers.substr(0, dash)) && digits(numbers.substr(dash + 1));
  return right ? std::string(name.substr(0, mark)) : std::string{};
}

}  // namespace

std::string read_text_file(const fs::path& path) {
  const auto fail = [&](int error) -> std::string {
    throw ReadError(fmt::format("cannot read '{}': {}", path.string(), std::strerror(error)));
  };
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return fail(errno);
  std::string text;
  char buffer[65536];
  for (;;) {
    const ssize_t got = ::read(file.number(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(errno);
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
  }
}

fs::path replaced_file(const fs::path& path) { return destination_of(path).path; }

fs::path temporary_of(const fs::path& path) {
  constexpr std::size_t kLongestName = NAME_MAX;
  std::string name = path.filename().string();
  for (int number = 0;; ++number) {
    const std::string end = fmt::format("{}{}-{}{}", kTemporaryMark, ::getpid(), number, kTemporaryEnd);
    fs::path candidate = path;
    candidate.replace_filename(name.substr(0, kLongestName - end.size()) + end);
    struct stat there {};
    if (::lstat(candidate.c_str(), &there) != 0) return candidate;  // what is there is somebody's
  }
}

void write_text_file(const fs::path& path, std::string_view text) {
  write_text_file(path, TextSource([text](const TextSink& sink) { sink(text); }));
}

void write_text_file(const fs::path& given, const TextSource& source) {
  const Destination to = destination_of(given);
  if (to.error != 0) fail_write(given, to.error);
  if (!to.replaced) return write_directly(given, source);
  const fs::path& path = to.path;
  fs::path temporary = temporary_of(path);
  constexpr int kNewFile = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  int opened = ::open(temporary.c_str(), kNewFile, 0666);
  while (opened < 0 && errno == EEXIST) {  // since the look a moment ago
    temporary = temporary_of(path);
    opened = ::open(temporary.c_str(), kNewFile, 0666);
  }
  Descriptor file(opened);
  if (file.number() < 0) fail_write(given, errno);
  int error = 0;
  try {
    source([&](std::string_view piece) {
      if (error == 0) error = write_all(file.number(), piece);
    });
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  if (error == 0) error = sync_error(file.number());
  if (file.close() != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    fail_write(given, error);
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

void remove_temporaries(const fs::path& folder, const std::set<std::string>& files) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (!fs::is_regular_file(entry.symlink_status(ignored))) continue;
    if (files.contains(target_of_temporary(entry.path().filename().string()))) fs::remove(entry.path(), ignored);
  }
}

void check_output_path(const fs::path& path) {
  if (path.empty()) throw UsageError("the output path is empty; expected the name of a file");
  std::error_code ignored;
  const auto refuse = [&](const std::string& reason) {
    throw UsageError(fmt::format("cannot write '{}': {}", path.string(), reason));
  };
  const Destination to = destination_of(path);
  if (to.error != 0) refuse(std::strerror(to.error));
  if (fs::is_directory(path, ignored)) refuse("it is a directory; expected the name of a file");
  const fs::path folder = folder_of(to.path);
  if (!fs::is_directory(folder, ignored))
    refuse(fmt::format("there is no directory '{}'", folder.lexically_normal().string()));
  if (to.replaced && temporary_of(to.path).string().size() >= PATH_MAX) refuse(std::strerror(ENAMETOOLONG));
  const bool refused = (fs::exists(path, ignored) && ::access(path.c_str(), W_OK) != 0) ||
                       (to.replaced && ::access(folder.c_str(), W_OK | X_OK) != 0);
  if (refused) refuse(std::strerror(errno));
}

std::string special_kind(const fs::path& path) {
  std::error_code ignored;
  switch (fs::status(path, ignored).type()) {
    case fs::file_type::fifo:
      return "pipe";
    case fs::file_type::socket:
      return "socket";
    case fs::file_type::character:
    case fs::file_type::block:
      return "device";
    default:
      return {};
  }
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
