#include "physgrad/linalg/truncation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace physgrad {

double relative_threshold(double tau, Index rows, Index cols) {
  const auto larger = static_cast<double>(std::max(rows, cols));
  return std::max(tau, larger * std::numeric_limits<double>::epsilon());
}

Index count_above(const Vector& values, double threshold) {
  Index kept = 0;
  while (kept < values.size() && values[kept] > threshold) ++kept;
  return kept;
}

Vector truncated_power(const Vector& values, Index kept, double exponent) {
  Vector powers = Vector::Zero(values.size());
  for (Index i = 0; i < kept; ++i) powers[i] = std::pow(values[i], exponent);
  return powers;
}

}  // namespace physgrad
