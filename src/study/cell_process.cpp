#include "physgrad/study/cell_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "physgrad/files/descriptor.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/study/cell_exit.hpp"
#include "physgrad/study/interrupts.hpp"

namespace physgrad {
namespace {

constexpr const char* kSelf = "/proc/self/exe";

void describe_exit(int status, CellExit& result) {
  if (WIFSIGNALED(status)) {
    result.failure =
        fmt::format("the cell's process was ended by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
    result.out_of_memory = WTERMSIG(status) == SIGKILL && !result.timed_out && !result.interrupted;
  } else if (WEXITSTATUS(status) == kOutOfMemory) {
    if (result.failure.empty()) result.failure = "memory could not be allocated";
    result.out_of_memory = true;
  } else if (WEXITSTATUS(status) == kNotStarted) {
    result.failure =
        fmt::format("the program could not start itself anew for the cell: {}",
                    ::access(kSelf, X_OK) == 0 ? "its parent was gone or the system refused"
                                               : "there is no /proc/self/exe, and no file at its own path");
  } else if (WEXITSTATUS(status) != 0 && result.failure.empty()) {
    result.failure = fmt::format("the cell's process ended with exit code {}", WEXITSTATUS(status));
  }
}

/// Hands over complete lines until the pipe closes, the time is up or a signal arrives. Before the first line the cell
/// has `patience` seconds, from there on `timeout`.
void read_lines(int pipe, double patience, double timeout, const LineSink& sink, CellExit& result) {
  using Clock = std::chrono::steady_clock;
  auto start = Clock::now();
  double limit = patience;
  std::string pending, buffer(std::size_t{1} << 16, '\0');
  for (;;) {
    result.timed_out = std::chrono::duration<double>(Clock::now() - start).count() > limit;
    result.interrupted = ending();
    if (result.timed_out || result.interrupted) return;
    pollfd watch{pipe, POLLIN, 0};
    if (::poll(&watch, 1, 200) <= 0) continue;
    const ssize_t count = ::read(pipe, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    if (limit != timeout) {
      start = Clock::now();
      limit = timeout;
    }
    const std::size_t searched = pending.size();  // a line of weights is long
    pending.append(buffer, 0, static_cast<std::size_t>(count));
    for (std::size_t end = pending.find('\n', searched); end != std::string::npos; end = pending.find('\n')) {
      const std::string line = pending.substr(0, end);
      pending.erase(0, end + 1);
      if (line.starts_with('!'))
        result.failure = line.substr(1);
      else
        sink(line);
    }
  }
}

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error(fmt::format("no {} for a cell: {}", what, std::strerror(errno)));
}

/// A file in memory that begins with `text`: a pipe would have to be filled while the cell's lines are read.
int file_with(std::string_view text) {
  Descriptor file(::memfd_create("cell", MFD_CLOEXEC));
  if (file.number() < 0) fail("memory file");
  while (!text.empty()) {
    const ssize_t count = ::write(file.number(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail("memory file");
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::lseek(file.number(), 0, SEEK_SET) != 0) fail("memory file");
  const int copy = ::fcntl(file.number(), F_DUPFD_CLOEXEC, 3);
  if (copy < 0) fail("memory file");
  return copy;
}

/// The child between vfork and exec, in the parent's memory: only system calls.
[[noreturn]] void become_cell(const std::vector<char*>& arguments, int input, int output, pid_t parent,
                              const cpu_set_t* processors, const char* path) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);               // nobody would keep the record of a cell that outlives the driver
  if (::getppid() != parent) ::_exit(kNotStarted);  // which was gone already
  // Interrupts often go to the whole group (terminals, timeout): the parent decides, and its SIGKILL still works.
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &ignore, nullptr);
  if (processors != nullptr) ::sched_setaffinity(0, sizeof *processors, processors);
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::execv(kSelf, arguments.data());
  if (path != nullptr) ::execv(path, arguments.data());
  ::_exit(kNotStarted);
}

}  // namespace

CellExit run_cell(const CellSpec& spec, const CellConditions& conditions, const std::vector<int>& processors,
                  const LineSink& sink) {
  const Descriptor input(file_with(run_line(spec) + "\n"));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("pipe");
  const Descriptor output(ends[0]);
  Descriptor written(ends[1]);
  std::vector<std::string> words = {"physgrad-bench", "cell", "--piped"};
  if (conditions.beside) words.emplace_back("--beside");
  if (!conditions.with_heap) words.emplace_back("--no-heap");
  if (conditions.save_weights) words.emplace_back("--save-weights");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  cpu_set_t kept;
  CPU_ZERO(&kept);
  for (const int processor : processors) CPU_SET(static_cast<std::size_t>(processor), &kept);
  const pid_t parent = ::getpid();
  const auto* path = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));  // this program, where there is no /proc
  // fork() would copy the page tables of all that the driver has read, more with every cell of a long run.
  const pid_t process = ::vfork();
  if (process < 0) fail("process");
  if (process == 0)
    become_cell(arguments, input.number(), written.number(), parent, processors.empty() ? nullptr : &kept, path);
  written.close();
  CellExit result;
  const auto end_child = [&](bool kill_it) {
    if (kill_it) ::kill(process, SIGKILL);
    int status = 0;
    while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
  };
  const double timeout = std::isnan(spec.limits.timeout_seconds) ? 1e300 : spec.limits.timeout_seconds;
  const double patience = timeout + (conditions.with_heap ? std::min(timeout, kHeapPassSeconds) : 0.0);
  try {
    read_lines(output.number(), patience, timeout, sink, result);
  } catch (...) {
    (void)end_child(true);
    throw;
  }
  describe_exit(end_child(result.timed_out || result.interrupted), result);
  return result;
}

}  // namespace physgrad
