#include "physgrad/linalg/saddle_free.hpp"

#include <cmath>
#include <limits>

#include "physgrad/linalg/eigen_backend.hpp"

namespace physgrad {
namespace {

// Halvings of the bracket, after which lambda is known to the last digits of its upper end.
constexpr int kHalvings = 60;

/// The lambda >= 0 with sum g_i^2 / (m_i + lambda) = reduction, or 0 where the sum without it is no larger. The sum
/// falls with lambda and stays below |g|^2 / lambda, which brackets it.
double damping_for(const Vector& g, const Vector& magnitude, double reduction) {
  const auto promise = [&](double lambda) { return (g.array().square() / (magnitude.array() + lambda)).sum(); };
  if (g.isZero(0.0) || !(promise(0.0) > reduction)) return 0.0;
  double low = 0.0, high = g.squaredNorm() / reduction;
  for (int n = 0; n < kHalvings && std::isfinite(high); ++n) {
    const double middle = 0.5 * (low + high);
    (promise(middle) > reduction ? low : high) = middle;
  }
  return high;
}

}  // namespace

Vector saddle_free_solve(const Matrix& hessian, const Vector& g, double tau, double reduction) {
  if (!hessian.allFinite() || !g.allFinite())
    return Vector::Constant(g.size(), std::numeric_limits<double>::quiet_NaN());
  Matrix vectors = 0.5 * (hessian + hessian.transpose());
  Vector values(g.size());
  (void)eigen_backend().symmetric_eigen(vectors, values);
  const Vector magnitude = values.cwiseAbs();
  const double limit = tau * magnitude.maxCoeff();
  Vector projected = vectors.transpose() * g;
  for (Index i = 0; i < g.size(); ++i)
    if (!(magnitude(i) > limit)) projected(i) = 0.0;
  const Vector kept = (magnitude.array() > limit).select(magnitude, 1.0);
  const double lambda = damping_for(projected, kept, reduction);
  return vectors * projected.cwiseQuotient(Vector(kept.array() + lambda));
}

}  // namespace physgrad
