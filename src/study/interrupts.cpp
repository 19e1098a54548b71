#include "physgrad/study/interrupts.hpp"

#include <atomic>
#include <csignal>

namespace physgrad {
namespace {

// A signal handler can reach nothing else; threads read it, too.
std::atomic<int> g_signal{0};
static_assert(std::atomic<int>::is_always_lock_free);
std::atomic<bool> g_abandoned{false};

}  // namespace

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

int interrupted_by() { return g_signal; }

void abandon_cells() { g_abandoned = true; }

bool ending() { return g_signal != 0 || g_abandoned; }

}  // namespace physgrad
