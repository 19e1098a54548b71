#pragma once
// Files that survive faults: every write is checked, and what was there stays until its replacement is complete.
#include <filesystem>
#include <functional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

#include "physgrad/core/settings.hpp"

namespace physgrad {

/// Input that cannot be read as what it should be; names file and place. A request to be corrected: exit code 2.
class ReadError : public UsageError {
 public:
  using UsageError::UsageError;
};

/// Something could not be written; names path and reason. Exit code 1.
class WriteError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The whole file. Throws ReadError.
[[nodiscard]] std::string read_text_file(const std::filesystem::path& path);

/// Replaces the file in one step: temporary in the same directory, fsync, rename. A link stays a link, and what it
/// points to is replaced or made. What is not a regular file (a pipe, a device) is written directly. Throws WriteError
/// and leaves the old file intact.
void write_text_file(const std::filesystem::path& path, std::string_view text);

/// What gives a text piece by piece to whoever takes it.
using TextSink = std::function<void(std::string_view)>;
using TextSource = std::function<void(const TextSink&)>;
/// The same of a text that is never held as a whole.
void write_text_file(const std::filesystem::path& path, const TextSource& source);

/// The file that `path` leads to where it is a link, else `path`.
[[nodiscard]] std::filesystem::path replaced_file(const std::filesystem::path& path);

/// A free name beside `path` for what is to replace it: its name, the program's and numbers, so that
/// remove_temporaries() knows it and nobody else's file is called so.
[[nodiscard]] std::filesystem::path temporary_of(const std::filesystem::path& path);

/// Puts the file `from` in the place of `to`. Throws WriteError.
void replace_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// Removes what a killed write_text_file() of one of the named files left in the folder, and nothing else.
void remove_temporaries(const std::filesystem::path& folder, const std::set<std::string>& files);

/// Throws UsageError where `path` could not be written: missing or unwritable directory, or a directory itself.
void check_output_path(const std::filesystem::path& path);

/// "pipe", "socket" or "device"; empty for regular files, directories and what is not there. Such a file is no place
/// for records: reading it back may wait for good.
[[nodiscard]] std::string special_kind(const std::filesystem::path& path);

/// A file that grows by whole lines; every line is handed to the system before append() returns.
class LineFile {
 public:
  /// Starts an empty file. Throws WriteError.
  explicit LineFile(std::filesystem::path path);
  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  /// Throws WriteError.
  void append(std::string_view line);
  /// Waits until the disk has everything, the file's name included. Throws WriteError.
  void sync();

 private:
  std::filesystem::path path_;
  int descriptor_;
};

}  // namespace physgrad
