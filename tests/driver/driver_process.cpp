#include "driver/driver_process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace physgrad::testing {

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

DriverProcess::DriverProcess() {
  ::setenv("PHYSGRAD_NO_LOAD_WARNING", "1", 1);  // what the machine does besides is no part of a test
  std::string pattern = (std::filesystem::temp_directory_path() / "physgrad-driver-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
}

DriverProcess::~DriverProcess() { std::filesystem::remove_all(folder_); }

Outcome DriverProcess::driver(const std::string& arguments) const { return shell("", arguments); }

Outcome DriverProcess::driver_terminated(double seconds, const std::string& arguments) const {
  return shell("timeout --preserve-status -s TERM " + std::to_string(seconds) + " ", arguments);
}

Outcome DriverProcess::shell(const std::string& before, const std::string& arguments) const {
  const std::string command = "cd '" + folder_.string() + "' && exec 2>stderr.txt >stdout.txt </dev/null && " + before +
                              "'" + PHYSGRAD_DRIVER + "' " + arguments;
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), file_text(folder_ / "stdout.txt"),
          file_text(folder_ / "stderr.txt")};
}

void DriverProcess::write(const std::string& name, const std::string& text) const {
  std::ofstream(folder_ / name) << text;
}

}  // namespace physgrad::testing
