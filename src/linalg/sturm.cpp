// Eigenvalue counts of a symmetric tridiagonal matrix: the pivots of T - x I have as many negative signs as T has
// eigenvalues below x (Givens 1954; Barth, Martin & Wilkinson 1967). Sixteen shifts share one pass, so that a bracket
// shrinks seventeenfold and the divisions fill the vector unit.
#include "physgrad/linalg/sturm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace physgrad {
namespace {

constexpr Index kShifts = 16;
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
using Shifts = Eigen::Array<double, kShifts, 1>;

// Eigenvalues above each shift.
Shifts count_above(const Tridiagonal& t, const Shifts& x) {
  constexpr double kTiny = 1e-290;
  const Index n = t.diagonal.size();
  Shifts positive = Shifts::Zero();
  Shifts pivot = Shifts::Ones();
  double coupling = 0;
  for (Index i = 0; i < n; ++i) {
    pivot = (t.diagonal[i] - x) - coupling / pivot;
    pivot = (pivot.abs() < kTiny).select(-kTiny, pivot);
    positive += (pivot > 0.0).cast<double>();
    if (i + 1 < n) coupling = t.subdiagonal[i] * t.subdiagonal[i];
  }
  return positive;
}

struct Bracket {
  double low;
  double high;
};

// Narrows a bracket of the k-th largest eigenvalue (k from 1: at least k above low, fewer above high) until it is
// narrower than `relative` of its value and than a tenth of its distance from `away`, which lies outside.
Bracket narrow(const Tridiagonal& t, Index k, Bracket bracket, double relative, double away) {
  constexpr int kMaxPasses = 40;
  const Shifts step = Shifts::LinSpaced(1.0, static_cast<double>(kShifts)) / static_cast<double>(kShifts + 1);
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    const double width = bracket.high - bracket.low;
    const double distance = std::max(bracket.low - away, away - bracket.high);
    if (width <= std::max(0.5 * kEpsilon, std::min(relative * bracket.high, 0.1 * distance))) break;
    // Over many decades equal ratios close in faster than equal distances.
    const bool decades = bracket.low > 0 && bracket.high > 10 * bracket.low;
    const Shifts x = decades ? Shifts(bracket.low * (step * std::log(bracket.high / bracket.low)).exp())
                             : Shifts(bracket.low + step * width);
    const Shifts above = count_above(t, x);
    for (Index i = 0; i < kShifts; ++i) {
      if (above[i] >= static_cast<double>(k)) {
        bracket.low = std::max(bracket.low, x[i]);
      } else {
        bracket.high = std::min(bracket.high, x[i]);
      }
    }
  }
  return bracket;
}

}  // namespace

SpectralCut cut_spectrum(const Tridiagonal& t, double relative) {
  constexpr double kReported = 1e-9;
  constexpr double kAny = std::numeric_limits<double>::infinity();
  SpectralCut cut;
  const Index n = t.diagonal.size();
  const double bound = spectral_bound(t) * (1 + 4 * kEpsilon);
  Bracket top = narrow(t, 1, {0, bound}, kReported, -bound);
  Shifts ends = Shifts::Zero();
  ends[0] = relative * relative * top.low - 16 * kEpsilon * bound;
  ends[1] = relative * relative * top.high;
  Shifts above = count_above(t, ends);
  // An eigenvalue within the uncertainty of the threshold (and round-off below it): only then the last digits of the
  // largest one matter.
  if (above[0] != above[1]) {
    top = narrow(t, 1, top, 0, -bound);
    ends[1] = relative * relative * top.high;
    above = count_above(t, ends);
  }
  cut.largest = top.high;
  cut.threshold = ends[1];
  cut.kept = static_cast<Index>(above[1]);
  if (cut.kept > 0) cut.above = narrow(t, cut.kept, {cut.threshold, bound}, kReported, cut.threshold).low;
  if (cut.kept < n && above[2] > above[1]) {
    cut.below = narrow(t, cut.kept + 1, {0, cut.threshold}, kAny, cut.threshold).high;
  }
  return cut;
}

}  // namespace physgrad
