#include "cell_process.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <new>

#include "measure/memory.hpp"
#include "report/cell_lines.hpp"
#include "train/trainer.hpp"

namespace physgrad::driver {
namespace {

volatile std::sig_atomic_t g_signal = 0;  // a signal handler can reach nothing else
constexpr int kOutOfMemory = 77, kWorkFailed = 78;

bool write_all(int pipe, std::string text) {
  text += '\n';
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = ::write(pipe, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

void train_cell(const Plan& plan, const CellKey& key, int pipe) {
  reset_peak_rss();
  ResolvedPair pair = resolve_pair(key.problem, key.method, plan.overrides_of(key));
  CellRecord identity;
  static_cast<CellKey&>(identity) = key;
  identity.given = pair.given;
  identity.used = pair.used;
  write_all(pipe, run_line(identity));
  const ProblemFacts facts = problem_facts(key.problem);
  TrainOptions options;
  options.seed = key.seed;
  options.targets = facts.targets;
  options.stop_at_last_target = plan.limits.target_stop;
  options.memory_limit_bytes = plan.limits.memory_bytes;
  if (!std::isnan(plan.limits.steps)) options.max_steps = static_cast<long>(plan.limits.steps);
  options.budget_seconds = plan.budget_of(key.problem);
  CellRecord record = train(pair.problem, *pair.method, options, [&](const CurvePoint& point) {
    if (!write_all(pipe, step_line(point))) ::_exit(0);  // nobody is reading any more
  });
  static_cast<CellKey&>(record) = key;
  record.given = pair.given;
  record.used = pair.used;
  record.memory.peak_rss_bytes = static_cast<double>(peak_rss_bytes());
  write_all(pipe, end_line(record));
}

/// The child's whole life. It leaves by _exit so that nothing of the parent's is flushed or destroyed twice.
[[noreturn]] void child(const Plan& plan, const CellKey& key, int pipe) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody would keep the record of a cell that outlives the driver
  // Interrupts often go to the whole group (terminals, timeout): the parent decides, and its SIGKILL still works.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
  try {
    train_cell(plan, key, pipe);
  } catch (const std::bad_alloc&) {
    ::_exit(kOutOfMemory);
  } catch (const std::exception& error) {
    write_all(pipe, fmt::format("!{}", error.what()));
    ::_exit(kWorkFailed);
  }
  ::_exit(0);
}

void describe_exit(int status, CellExit& result) {
  if (WIFSIGNALED(status)) {
    result.failure =
        fmt::format("the cell's process was ended by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
    result.out_of_memory = WTERMSIG(status) == SIGKILL && !result.timed_out && !result.interrupted;
  } else if (WEXITSTATUS(status) == kOutOfMemory) {
    result.failure = "memory could not be allocated";
    result.out_of_memory = true;
  } else if (WEXITSTATUS(status) != 0 && result.failure.empty()) {
    result.failure = fmt::format("the cell's process ended with exit code {}", WEXITSTATUS(status));
  }
}

/// Hands over complete lines until the pipe closes, the time is up or a signal arrives.
void read_lines(int pipe, double timeout, const LineSink& sink, CellExit& result) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  std::string pending;
  char buffer[1 << 16];
  for (;;) {
    const double elapsed = std::chrono::duration<double>(Clock::now() - start).count();
    result.timed_out = elapsed > timeout;
    result.interrupted = g_signal != 0;
    if (result.timed_out || result.interrupted) return;
    pollfd watch{pipe, POLLIN, 0};
    if (::poll(&watch, 1, 200) <= 0) continue;
    const ssize_t count = ::read(pipe, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    pending.append(buffer, static_cast<std::size_t>(count));
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

}  // namespace

CellExit run_cell(const Plan& plan, const CellKey& cell, const LineSink& sink) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error(fmt::format("no pipe for a cell: {}", std::strerror(errno)));
  std::fflush(nullptr);
  const pid_t process = ::fork();
  if (process < 0) {
    ::close(ends[0]);
    ::close(ends[1]);
    throw std::runtime_error(fmt::format("no process for a cell: {}", std::strerror(errno)));
  }
  if (process == 0) {
    ::close(ends[0]);
    child(plan, cell, ends[1]);
  }
  ::close(ends[1]);
  CellExit result;
  const double timeout = std::isnan(plan.limits.timeout_seconds) ? 1e300 : plan.limits.timeout_seconds;
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

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = [](int signal) { g_signal = signal; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

int interrupted_by() { return g_signal; }

}  // namespace physgrad::driver
