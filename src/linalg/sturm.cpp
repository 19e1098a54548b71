// Eigenvalue counts of a symmetric tridiagonal matrix: the pivots of T - x I have as many negative signs as T has
// eigenvalues below x (Givens 1954; Barth, Martin & Wilkinson 1967). Sixteen shifts share one pass, so that a bracket
// shrinks seventeenfold and the divisions fill the vector unit.
#include <algorithm>
#include <cmath>
#include <limits>

#include "linalg/tridiagonal.hpp"

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

// Narrows a bracket of the k-th largest eigenvalue (k from 1): at least k above low, fewer above high.
Bracket narrow(const Tridiagonal& t, Index k, Bracket bracket, double relative) {
  constexpr int kMaxPasses = 40;
  const Shifts step = Shifts::LinSpaced(1.0, static_cast<double>(kShifts)) / static_cast<double>(kShifts + 1);
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    const double width = bracket.high - bracket.low;
    if (width <= std::max(0.5 * kEpsilon, relative * std::abs(bracket.low))) break;
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
  SpectralCut cut;
  const Index n = t.diagonal.size();
  const double bound = spectral_bound(t) * (1 + 4 * kEpsilon);
  cut.largest = narrow(t, 1, {0, bound}, 0).high;
  cut.threshold = relative * relative * cut.largest;
  cut.kept = static_cast<Index>(count_above(t, Shifts::Constant(cut.threshold))[0]);
  if (cut.kept > 0) cut.above = narrow(t, cut.kept, {cut.threshold, bound}, 1e-10).low;
  if (cut.kept < n) {
    const bool positive = count_above(t, Shifts::Zero())[0] > static_cast<double>(cut.kept);
    cut.below = positive ? narrow(t, cut.kept + 1, {0, cut.threshold}, 1e-10).high : 0.0;
  }
  return cut;
}

}  // namespace physgrad
