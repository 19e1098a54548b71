#include "physgrad/physics/real_fourier.hpp"

#include <cmath>
#include <numbers>

namespace physgrad {

RealFourier::RealFourier(Index points) : analysis(2 * (points / 2 + 1), points) {
  const Index count = modes();
  Vector share = Vector::Constant(2 * count, 2.0 / static_cast<double>(points));
  for (Index k = 0; k < count; ++k) {
    // The mean and, for even N, the highest mode stand for one coefficient; the others for a conjugate pair.
    if (k == 0 || 2 * k == points) share[k] = share[count + k] = 1.0 / static_cast<double>(points);
    for (Index n = 0; n < points; ++n) {
      // The angle is reduced to one turn for accuracy.
      const double angle = 2.0 * std::numbers::pi * static_cast<double>(k * n % points) / static_cast<double>(points);
      analysis(k, n) = std::cos(angle);
      analysis(count + k, n) = std::sin(angle);
    }
  }
  synthesis = analysis.transpose() * share.asDiagonal();
}

Matrix RealFourier::even_filter(const Vector& gain) const {
  Vector both(2 * modes());
  both << gain, gain;
  return synthesis * both.asDiagonal() * analysis;
}

Matrix RealFourier::odd_filter(const Vector& gain) const {
  const Index count = modes();
  Vector kept = gain;
  if (analysis.cols() % 2 == 0) kept[count - 1] = 0.0;
  // (a cos + b sin)' = k (b cos - a sin)
  return synthesis.leftCols(count) * kept.asDiagonal() * analysis.bottomRows(count) -
         synthesis.rightCols(count) * kept.asDiagonal() * analysis.topRows(count);
}

}  // namespace physgrad
