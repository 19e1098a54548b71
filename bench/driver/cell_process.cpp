#include "cell_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "cell_exit.hpp"

namespace physgrad::driver {
namespace {

constexpr const char* kSelf = "/proc/self/exe";

// A step of the heap pass may be one that nobody waits for (an SVD of a large batch); the peak is then not known.
constexpr double kHeapPassSeconds = 20;

// A signal handler can reach nothing else; threads read it, too.
std::atomic<int> g_signal{0};
static_assert(std::atomic<int>::is_always_lock_free);
std::atomic<bool> g_abandoned{false};

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

/// Hands over complete lines until the pipe closes, the time is up or a signal arrives.
void read_lines(int pipe, double timeout, const LineSink& sink, CellExit& result) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  std::string pending, buffer(std::size_t{1} << 16, '\0');
  for (;;) {
    const double elapsed = std::chrono::duration<double>(Clock::now() - start).count();
    result.timed_out = elapsed > timeout;
    result.interrupted = g_signal != 0 || g_abandoned;
    if (result.timed_out || result.interrupted) return;
    pollfd watch{pipe, POLLIN, 0};
    if (::poll(&watch, 1, 200) <= 0) continue;
    const ssize_t count = ::read(pipe, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    pending.append(buffer, 0, static_cast<std::size_t>(count));
    for (std::size_t end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
      const std::string line = pending.substr(0, end);
      pending.erase(0, end + 1);
      if (line.starts_with('!'))
        result.failure = line.substr(1);
      else
        sink(line);
    }
  }
}

std::vector<std::string> arguments_of(const CellJob& job) {
  std::vector<std::string> words = {"physgrad-bench", "cell",         "--problem", job.key.problem,
                                    "--method",       job.key.method, "--seed",    fmt::format("{}", job.key.seed)};
  const auto text_of = [&](const char* option, const std::string& text) {
    if (text.empty()) return;
    words.emplace_back(option);
    words.push_back(text);
  };
  text_of("--problem-sweep", job.key.problem_sweep);
  text_of("--method-sweep", job.key.method_sweep);
  const auto number = [&](const char* option, double value) {
    if (!std::isfinite(value)) return;
    words.emplace_back(option);
    words.push_back(fmt::format("{}", value));
  };
  for (const std::string& text : job.sets) text_of("--set", text);
  number("--budget", job.budget_seconds);
  number("--steps", job.steps);
  number("--memory", job.memory_bytes);
  number("--timeout", job.timeout_seconds);
  if (job.machine != 0) number("--machine", job.machine);
  if (!job.heap.starts_with('-')) text_of("--heap", job.heap);  // nothing where the build cannot count
  if (job.target_stop) words.emplace_back("--target-stop");
  if (job.published) words.emplace_back("--published");
  if (job.heap_pass) words.emplace_back("--heap-pass");
  if (job.beside) words.emplace_back("--beside");
  return words;
}

/// The child between fork and exec: only calls that are safe there.
[[noreturn]] void become_cell(const std::vector<char*>& arguments, int pipe, pid_t parent, const cpu_set_t* processors,
                              const char* path) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);               // nobody would keep the record of a cell that outlives the driver
  if (::getppid() != parent) ::_exit(kNotStarted);  // which was gone already
  // Interrupts often go to the whole group (terminals, timeout): the parent decides, and its SIGKILL still works.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_IGN);
  if (processors != nullptr) ::sched_setaffinity(0, sizeof *processors, processors);
  ::dup2(pipe, STDOUT_FILENO);
  ::execv(kSelf, arguments.data());
  if (path != nullptr) ::execv(path, arguments.data());
  ::_exit(kNotStarted);
}

CellExit run_process(const CellJob& job, double timeout, const LineSink& sink) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::runtime_error(fmt::format("no pipe for a cell: {}", std::strerror(errno)));
  std::vector<std::string> words = arguments_of(job);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  cpu_set_t processors;
  CPU_ZERO(&processors);
  if (job.processor >= 0) CPU_SET(static_cast<std::size_t>(job.processor), &processors);
  const pid_t parent = ::getpid();
  const auto* path = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));  // this program, where there is no /proc
  const pid_t process = ::fork();
  if (process < 0) {
    ::close(ends[0]);
    ::close(ends[1]);
    throw std::runtime_error(fmt::format("no process for a cell: {}", std::strerror(errno)));
  }
  if (process == 0) become_cell(arguments, ends[1], parent, job.processor >= 0 ? &processors : nullptr, path);
  ::close(ends[1]);
  CellExit result;
  const auto end_child = [&](bool kill_it) {
    if (kill_it) ::kill(process, SIGKILL);
    int status = 0;
    while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    ::close(ends[0]);
    return status;
  };
  try {
    read_lines(ends[0], timeout, sink, result);
  } catch (...) {
    end_child(true);
    throw;
  }
  describe_exit(end_child(result.timed_out || result.interrupted), result);
  return result;
}

}  // namespace

CellJob job_of(const Plan& plan, const CellKey& key) {
  return {.key = key,
          .sets = plan.limits.settings,
          .budget_seconds = plan.budget_of(key.problem),
          .steps = plan.limits.steps,
          .memory_bytes = plan.limits.memory_bytes,
          .target_stop = plan.limits.target_stop,
          .published = plan.budgets.contains(key.problem),
          .heap_pass = false,
          .heap = {},
          .beside = false,
          .processor = -1,
          .timeout_seconds = plan.limits.timeout_seconds,
          .machine = 0};
}

CellExit run_cell(const Plan& plan, CellJob job, bool with_heap, const LineSink& sink) {
  const double timeout = std::isnan(plan.limits.timeout_seconds) ? 1e300 : plan.limits.timeout_seconds;
  if (with_heap) {
    CellJob count = job;
    count.heap_pass = true;
    const CellExit exit =
        run_process(count, std::min(timeout, kHeapPassSeconds), [&](const std::string& line) { job.heap = line; });
    if (exit.interrupted) return exit;
    if (!exit.failure.empty() || exit.timed_out) job.heap.clear();
  }
  return run_process(job, timeout, sink);
}

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = [](int signal) { g_signal = signal; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction hangup {};
  sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);  // nohup: the run goes on
  std::signal(SIGPIPE, SIG_IGN);
}

void abandon_cells() { g_abandoned = true; }

int interrupted_by() { return g_signal; }

}  // namespace physgrad::driver
