#pragma once
// The program gnuplot, and a folder for what goes in and out of it.
#include <filesystem>
#include <string>

namespace physgrad {

/// Removed with all that is in it.
class TemporaryFolder {
 public:
  /// Throws GnuplotError.
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The program that the variable PHYSGRAD_GNUPLOT of the environment names, otherwise "gnuplot".
[[nodiscard]] std::string gnuplot_program();

/// Runs the program with one argument and without the user's own settings for it; what it says goes to `messages`.
/// The exit code; -1 where it cannot be started. Throws GnuplotError where a signal ended it.
[[nodiscard]] int run_gnuplot(const std::string& argument, const std::filesystem::path& messages);

}  // namespace physgrad
