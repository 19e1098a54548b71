#include "physgrad/linalg/error_estimate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace physgrad {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
// What the reflections and products after the decomposition add, relative to the result, in units of eps.
constexpr double kEvaluation = 8;
// Round-off moves a computed value by less than this many units: errors of the products and rotations behind it add up
// like independent ones, and how many of them there are grows with the rank. Which of them cancel is the processor's.
// The farthest of 30,000 draws with tau on a value: 8.6 units at rank 3, 22 at 16, 31 at 31 (eigenvalues of Gram
// matrices).
double decision_units(Index rank) { return 6 * (1 + std::sqrt(static_cast<double>(rank))); }

double square(double x) { return x * x; }

// Size of an entry of the backward error in units of eps * s_max, what the decompositions used here show on random
// matrices: a norm of one spread over the entries, and on small matrices, where no averaging takes place, a few units.
double backward_error(Index rank, Index size) {
  return 1 / std::sqrt(static_cast<double>(size)) + 9 / static_cast<double>(rank);
}

// (f_i - f_j) / (x_i - x_j) for f = x^exponent, cut to 0 where not kept. Where the two nearly agree the difference of
// the powers has no digits left and the derivative at the midpoint is the better value.
double divided_difference(double xi, double xj, double fi, double fj, bool both_kept, double exponent) {
  const double distance = xi - xj;
  if (both_kept && std::abs(distance) <= 1e-4 * (xi + xj)) {
    const double midpoint = 0.5 * (xi + xj);
    return exponent * 0.5 * (fi + fj) / midpoint;
  }
  return fi == fj ? 0.0 : (fi - fj) / distance;
}

// Two vectors that round-off mixes completely exchange their components and do no worse.
double capped(double slope, double sigma, double fi, double fj) { return std::min(std::abs(slope) * sigma, fi + fj); }

// What vectors that round-off of size sigma rotates bring into coefficient j from the others, squared.
double rotated_in(const SpectralView& view, Index j, double sigma) {
  double sum = 0;
  for (Index i = 0; i < view.values.size(); ++i) {
    if (i == j) continue;
    const double distance = std::abs(view.values[i] - view.values[j]);
    sum += square(view.coefficients[i] * (distance > sigma ? sigma / distance : 1.0));
  }
  return sum;
}

// Components that may stand on the wrong side of the threshold: gain at the worst value round-off allows, coefficient
// including what round-off leaks into it, by products (`noise`) and by rotations of size sigma.
double undecided(const SpectralView& view, double unit, double sigma, double power, double noise) {
  const double margin = decision_units(view.values.size()) * unit;
  double sum = 0;
  for (Index j = 0; j < view.values.size(); ++j) {
    if (std::abs(view.values[j] - view.threshold) > margin) continue;
    const double low = std::max(view.values[j] - margin, view.threshold);
    const double high = view.values[j] + margin;
    const double gain = std::max(std::pow(low, power), std::pow(high, power));
    sum += square(gain) * (square(view.coefficients[j]) + square(noise) + rotated_in(view, j, sigma));
  }
  return sum;
}

Vector kept_powers(const SpectralView& view, double exponent) {
  Vector f = Vector::Zero(view.values.size());
  for (Index i = 0; i < view.kept; ++i) f[i] = std::pow(view.values[i], exponent);
  return f;
}

// svd_error() for values[0] = 1 and coefficients of order one, so that no square over- or underflows.
double scaled_svd_error(const SpectralView& view) {
  const Vector& s = view.values;
  const Vector& c = view.coefficients;
  const Index rank = s.size();
  const double sigma = view.epsilon * backward_error(rank, rank + view.null_cols);
  const Vector f = kept_powers(view, -view.kappa);
  const auto null_cols = static_cast<double>(view.null_cols);
  double sum = undecided(view, view.epsilon, sigma, -view.kappa, view.epsilon * c.norm());
  for (Index j = 0; j < rank; ++j) {
    double column = 0;
    for (Index i = 0; i < rank; ++i) {
      if (i >= view.kept && j >= view.kept) break;
      const bool both = std::max(i, j) < view.kept;
      const double minus = divided_difference(s[i], s[j], f[i], f[j], both, -view.kappa);
      const double plus = (f[i] + f[j]) / (s[i] + s[j]);
      column += 0.5 * (square(capped(minus, sigma, f[i], f[j])) + square(capped(plus, sigma, f[i], f[j])));
    }
    const double leak = j < view.kept ? square(capped(f[j] / s[j], sigma, f[j], 0)) : 0.0;
    sum += square(c[j]) * (column + null_cols * leak) + square(view.outside) * leak;
    sum += square(kEvaluation * view.epsilon * f[j] * c[j]);
  }
  return std::sqrt(sum);
}

// gram_error() likewise.
double scaled_gram_error(const SpectralView& view, bool wide, double g_norm) {
  const Vector& lambda = view.values;
  const Vector& c = view.coefficients;
  const Index n = lambda.size();
  const double sigma = kEpsilon * backward_error(n, n);
  const double exponent = -0.5 * (1 + view.kappa);
  const Vector f = kept_powers(view, exponent);
  // A dropped eigenvalue is known to be below the threshold only: its true square root may be as large as that.
  const Vector weight = wide ? Vector(lambda.cwiseMax(view.threshold).cwiseSqrt()) : Vector(Vector::Ones(n));
  const double noise = kEpsilon * (c.norm() + (wide ? 0.0 : g_norm));
  double sum = undecided(view, kEpsilon, sigma, wide ? -0.5 * view.kappa : exponent, noise);
  for (Index j = 0; j < n; ++j) {
    double column = 0;
    for (Index i = 0; i < n; ++i) {
      if (i >= view.kept && j >= view.kept) break;
      const bool both = std::max(i, j) < view.kept;
      const double slope = divided_difference(lambda[i], lambda[j], f[i], f[j], both, exponent);
      column += square(weight[i] * capped(slope, sigma, f[i], f[j]));
    }
    sum += square(c[j]) * column;
    // The product with J rounds too: J^T w after the function (wide), J^T g before it.
    const double product = kEpsilon * f[j];
    sum += square(product * (wide ? c[j] : g_norm / std::sqrt(static_cast<double>(n))));
    sum += square(kEvaluation * kEpsilon * weight[j] * f[j] * c[j]);
  }
  return std::sqrt(sum);
}

}  // namespace

double svd_error(const SpectralView& view) {
  if (view.values.size() == 0 || !(view.values[0] > 0)) return 0;
  const double size = std::max(view.coefficients.cwiseAbs().maxCoeff(), view.outside);
  if (!(size > 0)) return 0;
  const Vector values = view.values / view.values[0];
  const Vector coefficients = view.coefficients / size;
  const SpectralView scaled{values,     coefficients,        view.kept,      view.threshold / view.values[0],
                            view.kappa, view.outside / size, view.null_cols, view.epsilon};
  return size * std::pow(view.values[0], -view.kappa) * scaled_svd_error(scaled);
}

double gram_error(const SpectralView& view, bool wide, double g_norm) {
  if (view.values.size() == 0 || !(view.values[0] > 0)) return 0;
  const double root = std::sqrt(view.values[0]);
  const double size = wide ? view.coefficients.cwiseAbs().maxCoeff() : root * g_norm;
  if (!(size > 0)) return 0;
  const Vector values = view.values / view.values[0];
  const Vector coefficients = view.coefficients / size;
  const SpectralView scaled{values, coefficients, view.kept, view.threshold / view.values[0], view.kappa};
  const double unit = std::pow(root, -(1 + view.kappa)) * (wide ? root : 1.0);
  return size * unit * scaled_gram_error(scaled, wide, wide ? g_norm / size : 1.0);
}

double remainder_norm(const Vector& g, const Vector& c) {
  const double norm = g.stableNorm();
  if (!(norm > 0)) return 0;
  const double share = c.stableNorm() / norm;
  return norm * std::sqrt(std::max(0.0, 1 - share * share));
}

double relative_error(double error, double norm) {
  if (error == 0) return 0;
  return norm > 0 ? error / norm : std::numeric_limits<double>::infinity();
}

}  // namespace physgrad
