#pragma once
// What the tests of faults share: a driver that can be killed, what it had finished, and how often to try.
#include <sys/wait.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <thread>

#include "driver/driver_process.hpp"
#include "driver/timeless.hpp"
#include "physgrad/record/report.hpp"

namespace physgrad::testing {

class Faults : public DriverProcess {
 protected:
  [[nodiscard]] Report report(const std::string& out) const;

  /// How many times a random fault is tried: `otherwise`, less under sanitizers, unless the environment says.
  [[nodiscard]] static int rounds(int otherwise);
  /// scripts/fault-report asks for everything.
  [[nodiscard]] static bool thorough();

  /// A row of the table that scripts/fault-report makes.
  void record(const std::string& fault, int tried, int survived);

  /// The files of finished cells, by name. Throws where one cannot be read.
  [[nodiscard]] std::map<std::string, std::string> finished_files(const std::string& out) const;

  /// What is wrong with a run directory that was left at any moment: files that cannot be read, cells that are no
  /// longer as they were before, cells in the report without a finished file, finished cells without the weights that
  /// the run saves. Empty: nothing.
  [[nodiscard]] std::string damage(const std::string& out, const std::map<std::string, std::string>& before) const;

  [[nodiscard]] bool has_temporaries(const std::string& out) const;

  /// The driver in the background, as a process of exactly this number.
  [[nodiscard]] pid_t start_driver(const std::string& arguments) const;

  /// The exit code or 128 + signal of a process that has ended, nothing of one that runs.
  [[nodiscard]] static std::optional<int> ended(pid_t process, int options = WNOHANG);

  /// Whether all processes that work in this test's directory are gone, or go within some seconds.
  [[nodiscard]] bool nobody_left() const;

 private:
  int rows_ = 0;
};

/// A child of the process, or 0.
[[nodiscard]] pid_t child_of(pid_t process);

/// The cell that the driver runs, or the copy of it that counts the heap; 0 where there is none. A child has the
/// driver's command line until it has become the cell.
[[nodiscard]] pid_t cell_of(pid_t driver, bool heap_pass);

}  // namespace physgrad::testing
