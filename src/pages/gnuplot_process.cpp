#include "physgrad/pages/gnuplot_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "physgrad/pages/gnuplot.hpp"

namespace physgrad {

TemporaryFolder::TemporaryFolder() {
  std::error_code ignored;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(ignored);
  std::string name = ((ignored ? std::filesystem::path("/tmp") : parent) / "physgrad-gnuplot-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw GnuplotError(fmt::format("no folder for gnuplot, '{}': {}", name, std::strerror(errno)));
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string gnuplot_program() {
  const char* named = std::getenv("PHYSGRAD_GNUPLOT");
  return named != nullptr && *named != '\0' ? named : "gnuplot";
}

int run_gnuplot(const std::string& argument, const std::filesystem::path& messages) {
  std::string program = gnuplot_program(), defaults = "-d", text = argument;
  std::array<char*, 4> arguments = {program.data(), defaults.data(), text.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, messages.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t child = 0;
  const int error = posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return -1;
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return -1;
  if (WIFSIGNALED(status)) throw GnuplotError(fmt::format("{} was ended by signal {}", program, WTERMSIG(status)));
  return WEXITSTATUS(status);
}

}  // namespace physgrad
