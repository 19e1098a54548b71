// Eigenvalue counts of a symmetric band matrix: B - x I = L D L^T has as many negative pivots as B has eigenvalues
// below x (Sylvester's law of inertia; Givens 1954; Barth, Martin & Wilkinson 1967). Sixteen shifts share one pass, so
// that a bracket shrinks seventeenfold and the divisions fill the vector unit.
//
// The elimination exchanges nothing. Its factors are the exact ones of a matrix that differs by round-off of the
// products L(i, k)^2 D(k) that were subtracted (Higham 2002, section 11.1): where those grew, because a pivot nearly
// cancelled, a count belongs to a shift farther away. Each shift's growth is watched, and its count holds no closer
// than that. On a tridiagonal matrix growth does no harm (Demmel 1997, section 5.3.4).
#include "physgrad/linalg/spectral_cut.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "physgrad/linalg/band_elimination.hpp"

namespace physgrad {
namespace {

constexpr Index kShifts = 16;
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
using Shifts = Eigen::Array<double, kShifts, 1>;

struct Counts {
  Shifts above;    // eigenvalues above each shift,
  Shifts unknown;  // or above one no farther from it than this
};

// Two registers' numbers at a time.
constexpr Index kTogether = std::min(kShifts, 2 * kPacket);

template <Index Width>
void add_counts(const SymmetricBand& b, const double* x, double* above, double* growth) {
  using Number = Lanes<kTogether>;
  // A pivot of zero is moved down by this, which is far below round-off of a matrix of order one.
  const Number zero = Number::constant(0), tiny = Number::constant(1e-30);
  BandElimination<Width, Number> elimination(Number::load(x));
  Number positive = zero, most = zero, square = zero, last = zero;
  const auto pivot = [&](const Number& d) PHYSGRAD_INLINED {
    const Number moved = d - tiny;
    positive = positive + greater(moved, zero);
    last = moved;
    return inverse(moved);
  };
  for (Index j = 0; j < b.order(); ++j) {
    const Number before = last;
    square = zero;
    elimination.next(j, &b.entries(0, j), pivot, [&](auto /*d*/, const Number& l) PHYSGRAD_INLINED {
      if constexpr (Width > 1) add_product(l, l, square);
    });
    if constexpr (Width > 1) most = max(most, abs(before) * square);
  }
  positive.store(above);
  most.store(growth);
}

template <Index Width>
Counts counted(const SymmetricBand& b, double bound, const Shifts& x) {
  // Units of round-off by which a shift may be off. The farthest of 3,800,000 counts beside eigenvalues: 0.5 units.
  constexpr double kUnits = 2;
  Counts result;
  for (Index first = 0; first < kShifts; first += kTogether)
    add_counts<Width>(b, x.data() + first, result.above.data() + first, result.unknown.data() + first);
  result.unknown = Width == 1 ? Shifts(Shifts::Zero()) : Shifts(kUnits * kEpsilon * result.unknown.max(bound));
  return result;
}

// Counts of one band, whatever its width.
class Spectrum {
 public:
  explicit Spectrum(const SymmetricBand& b) : b_(b), bound_(spectral_bound(b) * (1 + 4 * kEpsilon)) {
    if (b.width() == 1) {
      counted_ = counted<1>;
    } else if (b.width() == 8) {
      counted_ = counted<8>;
    } else {
      throw std::logic_error("no counts for a band of this width");
    }
  }
  [[nodiscard]] double bound() const { return bound_; }
  [[nodiscard]] Index order() const { return b_.order(); }
  [[nodiscard]] Counts count(const Shifts& x) const { return counted_(b_, bound_, x); }

 private:
  const SymmetricBand& b_;
  double bound_;
  Counts (*counted_)(const SymmetricBand& b, double bound, const Shifts& x);
};

struct Bracket {
  double low;
  double high;
};

// Narrows a bracket of the k-th largest eigenvalue (k from 1: at least k above low, fewer above high) until it is
// narrower than `relative` of its value and than a tenth of its distance from `away`, which lies outside, or as narrow
// as counts can tell.
Bracket narrow(const Spectrum& spectrum, Index k, Bracket bracket, double relative, double away) {
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
    const Counts counts = spectrum.count(x);
    for (Index i = 0; i < kShifts; ++i) {
      if (counts.above[i] >= static_cast<double>(k)) {
        bracket.low = std::max(bracket.low, x[i] - counts.unknown[i]);
      } else {
        bracket.high = std::min(bracket.high, x[i] + counts.unknown[i]);
      }
    }
    if (bracket.high < bracket.low) std::swap(bracket.low, bracket.high);
    if (!decades && bracket.high - bracket.low > 0.5 * width) break;
  }
  return bracket;
}

// Eigenvalues above everything between `low` and `high`, or -1 where there may be some in between.
Index count_above(const Spectrum& spectrum, double low, double high) {
  // Half of the shifts on either side, the next much farther away than the last, because neighbours have much the same
  // pivots: of those whose counts hold for the ends. The last is beyond sqrt(eps), where even the count of a pivot that
  // cancels at the end itself holds.
  const double unit = 8 * kEpsilon * spectrum.bound();
  constexpr Index kHalf = kShifts / 2;
  Shifts x;
  for (Index i = 0; i < kHalf; ++i) {
    const double away = unit * std::pow(12.0, static_cast<double>(i));
    x[i] = low - away;
    x[kHalf + i] = high + away;
  }
  const Counts counts = spectrum.count(x);
  double most = std::numeric_limits<double>::infinity(), least = -1;
  for (Index i = 0; i < kShifts; ++i) {
    if (i < kHalf && x[i] + counts.unknown[i] <= low) most = std::min(most, counts.above[i]);
    if (i >= kHalf && x[i] - counts.unknown[i] >= high) least = std::max(least, counts.above[i]);
  }
  return most == least ? static_cast<Index>(least) : -1;
}

}  // namespace

SpectralCut cut_spectrum(const SymmetricBand& b, double relative) {
  constexpr double kReported = 1e-8;
  constexpr double kAny = std::numeric_limits<double>::infinity();
  const Spectrum spectrum(b);
  SpectralCut cut;
  const double bound = spectrum.bound(), square = relative * relative;
  // No entry of the diagonal is larger than the largest eigenvalue.
  const double diagonal = b.order() > 0 ? std::max(0.0, b.entries.row(0).maxCoeff()) : 0.0;
  Bracket top = narrow(spectrum, 1, {diagonal * (1 - 4 * kEpsilon), bound}, kReported, -bound);
  Index kept = count_above(spectrum, square * top.low, square * top.high);
  // An eigenvalue within the uncertainty of the threshold: only then the last digits of the largest one matter.
  if (kept < 0) {
    top = narrow(spectrum, 1, top, 0, -bound);
    kept = count_above(spectrum, square * top.low, square * top.high);
  }
  cut.largest = top.high;
  cut.threshold = square * top.high;
  cut.decided = kept >= 0;
  if (!cut.decided) {
    cut.above = cut.threshold;
    cut.kept = static_cast<Index>(spectrum.count(Shifts::Constant(cut.threshold)).above[0]);
    return cut;
  }
  cut.kept = kept;
  if (kept > 0) cut.above = narrow(spectrum, kept, {cut.threshold, bound}, kReported, cut.threshold).low;
  if (kept < spectrum.order() && cut.threshold > 0)
    cut.below = std::max(0.0, narrow(spectrum, kept + 1, {0, cut.threshold}, kAny, cut.threshold).high);
  return cut;
}

}  // namespace physgrad
