#include "progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "physgrad/core/settings.hpp"
#include "standard_streams.hpp"
#include "terminal.hpp"

namespace physgrad::driver {
namespace {
double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
}  // namespace

Progress::Progress(std::size_t planned, std::size_t cells, bool quiet)
    : cells_(cells), planned_(planned), quiet_(quiet), redraws_(can_redraw(STDERR_FILENO)), started_(now()) {}

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
  if (quiet_ || !redraws_ || now() - drawn_ < 0.1) return;
  drawn_ = now();
  const std::string state = fmt::format("step {}, loss {:.3e}{}", point.step, point.losses.train_loss, time_left());
  // A longer line would go on in the next row, where the next one does not draw over it. The last column stays free:
  // some terminals go on to the next row when it is filled.
  const std::size_t columns = columns_of(STDERR_FILENO) - 1;
  std::string line = one_line(fmt::format("{}: {}", name(index, cell), state));
  if (line.size() > columns) line = fmt::format("[{}/{}] {}", index + 1, planned_, state);  // what moves
  tell("\r\033[K" + fit_columns(line, columns));
}

void Progress::end(std::size_t index, const CellRecord& cell) {
  ++done_;
  if (quiet_) return;
  const std::string training =
      cell.curve.empty() ? "" : fmt::format(" after {} steps, loss {:.3e}", cell.steps, cell.final.train_loss);
  const std::string reason = cell.reason.empty() ? "" : ": " + cell.reason;
  const std::string line = fmt::format("{}: {}{}{}{}", name(index, cell.key), to_text(cell.status), training, reason,
                                       redraws_ ? "" : time_left());
  tell(fmt::format("{}{}\n", redraws_ ? "\r\033[K" : "", one_line(line)));
}

}  // namespace physgrad::driver
