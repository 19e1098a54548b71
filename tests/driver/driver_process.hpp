#pragma once
// Runs the command line as a user would and keeps what it said.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace physgrad::testing {

struct Outcome {
  int code = -1;  ///< exit code, or 128 + signal
  std::string out, err;
};

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Every test works in a directory of its own, where the command line is called as `physgrad-bench ARGUMENTS`.
class DriverProcess : public ::testing::Test {
 protected:
  DriverProcess() {
    ::setenv("PHYSGRAD_NO_LOAD_WARNING", "1", 1);  // what the machine does besides is no part of a test
    std::string pattern = (std::filesystem::temp_directory_path() / "physgrad-driver-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~DriverProcess() override { std::filesystem::remove_all(folder_); }

  /// `arguments` are read by the shell; a redirection in them wins over the one that captures.
  [[nodiscard]] Outcome driver(const std::string& arguments) const { return shell("", arguments); }

  /// The same, with SIGTERM after some seconds.
  [[nodiscard]] Outcome driver_terminated(double seconds, const std::string& arguments) const {
    return shell("timeout --preserve-status -s TERM " + std::to_string(seconds) + " ", arguments);
  }

  [[nodiscard]] Outcome shell(const std::string& before, const std::string& arguments) const {
    const std::string command = "cd '" + folder_.string() + "' && exec 2>stderr.txt >stdout.txt </dev/null && " +
                                before + "'" + PHYSGRAD_DRIVER + "' " + arguments;
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), file_text(folder_ / "stdout.txt"),
            file_text(folder_ / "stderr.txt")};
  }

  void write(const std::string& name, const std::string& text) const { std::ofstream(folder_ / name) << text; }

  std::filesystem::path folder_;
};

}  // namespace physgrad::testing
