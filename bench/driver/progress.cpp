#include "progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "standard_streams.hpp"

namespace physgrad::driver {
namespace {
double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
}  // namespace

Progress::Progress(std::size_t planned, std::size_t cells, bool quiet)
    : cells_(cells), planned_(planned), quiet_(quiet), terminal_(::isatty(STDERR_FILENO) == 1), started_(now()) {}

std::string Progress::time_left() const {
  if (done_ == 0) return "";
  const double each = (now() - started_) / static_cast<double>(done_);
  return fmt::format(", about {:.0f} s left", each * static_cast<double>(cells_ - std::min(done_, cells_)));
}

std::string Progress::name(std::size_t index, const CellKey& cell) const {
  std::string name = fmt::format("[{}/{}] {} {} seed {}", index + 1, planned_, cell.problem, cell.method, cell.seed);
  for (const std::string& sweep : {cell.problem_sweep, cell.method_sweep})
    if (!sweep.empty()) name += " " + sweep;
  return name;
}

void Progress::point(std::size_t index, const CellKey& cell, const CurvePoint& point) {
  // Ten times a second is enough for an eye.
  if (quiet_ || !terminal_ || now() - drawn_ < 0.1) return;
  drawn_ = now();
  tell(fmt::format("\r\033[K{}: step {}, loss {:.3e}{}", name(index, cell), point.step, point.losses.train_loss,
                   time_left()));
}

void Progress::end(std::size_t index, const CellRecord& cell) {
  ++done_;
  if (quiet_) return;
  const std::string training =
      cell.curve.empty() ? "" : fmt::format(" after {} steps, loss {:.3e}", cell.steps, cell.final.train_loss);
  const std::string reason = cell.reason.empty() ? "" : ": " + cell.reason;
  tell(fmt::format("{}{}: {}{}{}{}\n", terminal_ ? "\r\033[K" : "", name(index, cell), to_text(cell.status), training,
                   reason, terminal_ ? "" : time_left()));
}

}  // namespace physgrad::driver
