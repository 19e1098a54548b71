#pragma once
// Runs the command line as a user would and keeps what it said.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace physgrad::testing {

struct Outcome {
  int code = -1;  ///< exit code, or 128 + signal
  std::string out, err;
};

[[nodiscard]] std::string file_text(const std::filesystem::path& path);

/// Every test works in a directory of its own, where the command line is called as `physgrad-bench ARGUMENTS`.
class DriverProcess : public ::testing::Test {
 protected:
  DriverProcess();
  ~DriverProcess() override;

  /// `arguments` are read by the shell; a redirection in them wins over the one that captures.
  [[nodiscard]] Outcome driver(const std::string& arguments) const;

  /// The same, with SIGTERM after some seconds.
  [[nodiscard]] Outcome driver_terminated(double seconds, const std::string& arguments) const;

  [[nodiscard]] Outcome shell(const std::string& before, const std::string& arguments) const;

  void write(const std::string& name, const std::string& text) const;

  std::filesystem::path folder_;
};

}  // namespace physgrad::testing
