#include "progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "standard_streams.hpp"

namespace physgrad::driver {
namespace {
double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
}  // namespace

Progress::Progress(std::size_t cells, bool quiet)
    : cells_(cells), quiet_(quiet), terminal_(::isatty(STDERR_FILENO) == 1), started_(now()) {}

std::string Progress::time_left() const {
  if (done_ == 0) return "";
  const double each = (now() - started_) / static_cast<double>(done_);
  return fmt::format(", about {:.0f} s left", each * static_cast<double>(cells_ - index_));
}

void Progress::begin(std::size_t index, const CellKey& cell) {
  index_ = index;
  name_ = fmt::format("[{}/{}] {} {} seed {}", index + 1, cells_, cell.problem, cell.method, cell.seed);
  for (const std::string& sweep : {cell.problem_sweep, cell.method_sweep})
    if (!sweep.empty()) name_ += " " + sweep;
  drawn_ = 0;
}

void Progress::point(const CurvePoint& point) {
  // Ten times a second is enough for an eye.
  if (quiet_ || !terminal_ || now() - drawn_ < 0.1) return;
  drawn_ = now();
  tell(fmt::format("\r\033[K{}: step {}, loss {:.3e}{}", name_, point.step, point.losses.train_loss, time_left()));
}

void Progress::end(const CellRecord& cell) {
  ++done_;
  if (quiet_) return;
  const std::string training =
      cell.curve.empty() ? "" : fmt::format(" after {} steps, loss {:.3e}", cell.steps, cell.final.train_loss);
  const std::string reason = cell.reason.empty() ? "" : ": " + cell.reason;
  tell(fmt::format("{}{}: {}{}{}{}\n", terminal_ ? "\r\033[K" : "", name_, to_text(cell.status), training, reason,
                   terminal_ ? "" : time_left()));
}

}  // namespace physgrad::driver
