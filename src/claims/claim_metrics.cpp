#include "physgrad/claims/claim_metrics.hpp"
#include "physgrad/core/numbers.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace physgrad {
namespace {

bool lost(const CellRecord& cell) {
  return cell.status == Status::failed || cell.status == Status::out_of_memory || cell.status == Status::diverged;
}

double place_of(const CurvePoint& point, Moment::Unit unit) {
  if (unit == Moment::Unit::seconds) return point.seconds;
  return static_cast<double>(unit == Moment::Unit::step ? point.step : point.samples);
}

/// The points up to the moment; none where the curve ended before it.
std::vector<CurvePoint> points_until(const CellRecord& cell, const Moment& at) {
  if (cell.curve.empty() || place_of(cell.curve.back(), at.unit) < at.value) return {};
  std::vector<CurvePoint> result;
  for (const CurvePoint& point : cell.curve)
    if (place_of(point, at.unit) <= at.value) result.push_back(point);
  return result;
}

/// A loss, infinite where the cell was lost before the moment: as in the summary table, where the moment is the end.
double loss_at(const CellRecord& cell, double Losses::*which, const Moment& at) {
  if (at.unit == Moment::Unit::end) return lost(cell) ? kInfinity : cell.final.*which;
  const std::vector<CurvePoint> points = points_until(cell, at);
  if (!points.empty()) {
    // The point at which a loss was no longer finite is on the curve.
    const double value = points.back().losses.*which;
    return std::isnan(value) && std::isnan(points.back().losses.train_loss) ? kInfinity : value;
  }
  return lost(cell) ? kInfinity : kAbsent;
}

/// The smallest training loss; a cell that diverged later had it all the same.
double best_loss(const CellRecord& cell, const Moment& at) {
  if (at.unit == Moment::Unit::end) return cell.curve.empty() && lost(cell) ? kInfinity : cell.best.train_loss;
  double best = kInfinity;
  const std::vector<CurvePoint> points = points_until(cell, at);
  for (const CurvePoint& point : points) best = std::fmin(best, point.losses.train_loss);
  return points.empty() && !lost(cell) ? kAbsent : best;
}

double seconds_to_target(const CellRecord& cell, const Moment& at) {
  if (cell.status == Status::skipped) return kAbsent;
  for (const CurvePoint& point : cell.curve)
    if (point.losses.train_loss <= at.value) return point.seconds;
  return kInfinity;
}

using Reader = double (*)(const CellRecord&, const Moment&);
struct Metric {
  const char* name;
  bool curve, timed;
  Reader read;
};

/// What a cell measured as a whole, whatever the moment.
template <auto Part, auto Number>
double whole(const CellRecord& cell, const Moment& /*at*/) {
  return cell.*Part.*Number;
}

constexpr Metric kMetrics[] = {
    {"train_loss", true, false,
     [](const CellRecord& cell, const Moment& at) { return loss_at(cell, &Losses::train_loss, at); }},
    {"test_loss", true, false,
     [](const CellRecord& cell, const Moment& at) { return loss_at(cell, &Losses::test_loss, at); }},
    {"x_error", true, false,
     [](const CellRecord& cell, const Moment& at) { return loss_at(cell, &Losses::x_error, at); }},
    {"best_train_loss", true, false, best_loss},
    {"step_seconds", false, true, whole<&CellRecord::time, &TimeRecord::step_median>},
    {"seconds_to_target", false, true, seconds_to_target},
    {"predicted_bytes", false, false, whole<&CellRecord::memory, &MemoryRecord::predicted_bytes>},
    {"peak_rss_bytes", false, false, whole<&CellRecord::memory, &MemoryRecord::peak_rss_bytes>},
    {"peak_heap_bytes", false, false, whole<&CellRecord::memory, &MemoryRecord::peak_heap_bytes>},
    {"inverse_residual", false, false, whole<&CellRecord::diagnostics, &Diagnostics::inverse_residual>},
    {"fallback_rate", false, false, whole<&CellRecord::diagnostics, &Diagnostics::fallback_rate>},
    {"activation_mean", false, false, whole<&CellRecord::diagnostics, &Diagnostics::activation_mean>},
    {"activation_spread", false, false, whole<&CellRecord::diagnostics, &Diagnostics::activation_spread>},
    {"skipped", false, false,
     [](const CellRecord& cell, const Moment&) { return cell.status == Status::skipped ? 1.0 : 0.0; }},
};

const Metric& find_metric(const std::string& name) {
  for (const Metric& metric : kMetrics)
    if (name == metric.name) return metric;
  throw std::logic_error("metric '" + name + "' is not one of claim_metrics()");
}

}  // namespace

const std::vector<std::string>& claim_metrics() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const Metric& metric : kMetrics) result.emplace_back(metric.name);
    return result;
  }();
  return names;
}

bool is_curve_metric(const std::string& metric) { return find_metric(metric).curve; }

bool is_timed(const std::string& metric, const Moment& at) {
  return find_metric(metric).timed || at.unit == Moment::Unit::seconds;
}

double claim_metric(const CellRecord& cell, const std::string& metric, const Moment& at) {
  const Metric& found = find_metric(metric);
  // A skipped cell measured nothing, but it still says that it was skipped.
  if (cell.status == Status::skipped && metric != "skipped" && metric != "predicted_bytes") return kAbsent;
  return found.read(cell, at);
}

}  // namespace physgrad
