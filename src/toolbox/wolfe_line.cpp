#include "physgrad/toolbox/wolfe_line.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace physgrad {
namespace {

constexpr double kDecrease = 1e-4, kCurvature = 0.9;
constexpr double kGrowth = 2;
// An interpolated length keeps this share of the interval away from both of its ends.
constexpr double kMargin = 0.1;

// The minimiser of the cubic through two values and slopes (Nocedal & Wright, equation 3.59); the middle where it has
// none inside, or a value is not finite.
double interpolated(double a, double value_a, double slope_a, double b, double value_b, double slope_b) {
  const double middle = 0.5 * (a + b), low = std::min(a, b), high = std::max(a, b), margin = kMargin * (high - low);
  const double d1 = slope_a + slope_b - 3 * (value_a - value_b) / (a - b);
  const double square = d1 * d1 - slope_a * slope_b;
  if (!(square >= 0)) return middle;
  const double d2 = std::copysign(std::sqrt(square), b - a);
  const double length = b - (b - a) * (slope_b + d2 - d1) / (slope_b - slope_a + 2 * d2);
  return length >= low + margin && length <= high - margin ? length : middle;
}

}  // namespace

bool WolfeLine::decreases(const Probe& at) const { return at.loss <= loss_ + kDecrease * at.length * slope_; }
bool WolfeLine::flat(const Probe& at) const { return std::abs(at.slope) <= -kCurvature * slope_; }

WolfeLine::Probe WolfeLine::probe(Trial& trial, const Vector& direction, double length) {
  --left_;
  moved_ = length * direction;
  Probe at{length, trial.loss(moved_), std::numeric_limits<double>::quiet_NaN()};
  if (!std::isfinite(at.loss) || !decreases(at)) {
    // Only a slope that interpolates is needed of a point that is too high.
    if (std::isfinite(at.loss)) at.slope = trial.evaluation().gradient().dot(direction);
    return at;
  }
  Vector gradient = trial.evaluation().gradient();
  at.slope = gradient.dot(direction);
  if (best_.length == 0 || at.loss < best_.loss || flat(at)) best_ = {length, at.loss, std::move(gradient)};
  return at;
}

bool WolfeLine::search(Trial& trial, double loss, double slope, const Vector& direction, double first, Point& out) {
  left_ = trials_;
  loss_ = loss;
  slope_ = slope;
  best_ = {};
  Probe before{0, loss, slope};
  double length = first;
  while (left_ > 0) {
    const Probe at = probe(trial, direction, length);
    if (!decreases(at) || (before.length > 0 && at.loss >= before.loss)) {
      zoom(trial, direction, before, at);
      break;
    }
    if (flat(at)) break;
    if (at.slope >= 0) {
      zoom(trial, direction, at, before);
      break;
    }
    before = at;
    length *= kGrowth;
  }
  if (best_.length == 0) return false;
  out = std::move(best_);
  return true;
}

// Between `low`, the lowest point so far that decreases enough, and `high`, towards which the loss falls at first.
bool WolfeLine::zoom(Trial& trial, const Vector& direction, Probe low, Probe high) {
  while (left_ > 0) {
    const double length = interpolated(low.length, low.loss, low.slope, high.length, high.loss, high.slope);
    const Probe at = probe(trial, direction, length);
    if (!decreases(at) || at.loss >= low.loss) {
      high = at;
      continue;
    }
    if (flat(at)) return true;
    if (at.slope * (high.length - low.length) >= 0) high = low;
    low = at;
  }
  return false;
}

}  // namespace physgrad
