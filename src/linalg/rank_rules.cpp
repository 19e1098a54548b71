#include "physgrad/linalg/rank_rules.hpp"

#include <algorithm>
#include <limits>

namespace physgrad {
namespace {

// What is no wider is how spectra decay.
constexpr double kGap = 10;

Index surely_kept(const KnownSpectrum& spectrum, double surely) {
  Index count = 1;
  while (count < spectrum.kept && spectrum.values[count] >= surely * spectrum.values[0]) ++count;
  return count;
}

}  // namespace

Index rank_at_gap(const KnownSpectrum& spectrum, double surely) {
  Index rank = spectrum.kept;
  double widest = kGap;
  for (Index k = surely_kept(spectrum, surely); k < spectrum.kept; ++k) {
    const double ratio = spectrum.values[k - 1] / spectrum.values[k];
    if (ratio < widest) continue;
    widest = ratio;
    rank = k;
  }
  return rank;
}

Index rank_by_cross_validation(const KnownSpectrum& spectrum, double surely) {
  const Index first = surely_kept(spectrum, surely), last = std::min(spectrum.kept, spectrum.rows - 1);
  if (last <= first) return first;
  const Vector& c = spectrum.coefficients;
  // From the smallest remainder on, where the large ones' round-off does not reach.
  double rest = spectrum.outside + c.tail(c.size() - last).squaredNorm();
  Index rank = last;
  double least = std::numeric_limits<double>::infinity();
  for (Index k = last; k >= first; --k) {
    if (k < last) rest += c[k] * c[k];
    const auto left = static_cast<double>(spectrum.rows - k);
    const double score = rest / (left * left);
    if (!(score < least)) continue;
    least = score;
    rank = k;
  }
  return rank;
}

}  // namespace physgrad
