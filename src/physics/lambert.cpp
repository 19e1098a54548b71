#include "physgrad/physics/lambert.hpp"

#include <cmath>
#include <numbers>

namespace physgrad {
namespace {

// Halvings of the bracket, after which log(1 + x), of order one, is known to its last digits.
constexpr int kHalvings = 60;
// |x - 1| below which the closed form, a difference of nearly equal numbers, loses more digits than the series.
constexpr double kNearParabola = 0.1;

// F(3, 1; 5/2; z) for small z.
double hypergeometric(double z) {
  double sum = 1.0, term = 1.0;
  for (double k = 0.0; std::abs(term) > 1e-17 * sum && k < 100.0; ++k) {
    term *= (3.0 + k) / (2.5 + k) * z;
    sum += term;
  }
  return sum;
}

/// Time of flight in units of sqrt(s^3 / (2 mu)), without whole revolutions: falls from infinity (x = -1) to 0. x < 1
/// are ellipses, 1 is the parabola (Izzo 2015, eqs. 18 and 20).
double flight_time(double x, double lambda) {
  const double e = (1.0 - x) * (1.0 + x), y = std::sqrt(1.0 - lambda * lambda * e);
  if (std::abs(x - 1.0) < kNearParabola) {
    const double eta = y - lambda * x;
    const double q = 4.0 / 3.0 * hypergeometric(0.5 * (1.0 - lambda - x * eta));
    return 0.5 * (eta * eta * eta * q + 4.0 * lambda * eta);
  }
  const double root = std::sqrt(std::abs(e)), sine = (y - x * lambda) * root;
  const double psi = e > 0.0 ? std::atan2(sine, x * y + lambda * e) : std::asinh(sine);
  return (psi / root - x + lambda * y) / e;
}

/// The x with that time of flight, by halving in log(1 + x), in which it is close to a straight line.
double orbit_of(double time, double lambda) {
  const auto longer = [&](double xi) { return flight_time(std::expm1(xi), lambda) > time; };
  double low = -1.0, high = 1.0;  // what is not finite ends these searches: no comparison with it holds
  while (flight_time(std::expm1(low), lambda) < time) low *= 2.0;
  while (longer(high)) high *= 2.0;
  for (int n = 0; n < kHalvings; ++n) {
    const double middle = 0.5 * (low + high);
    (longer(middle) ? low : high) = middle;
  }
  return std::expm1(0.5 * (low + high));
}

LambertVelocities anticlockwise_arc(const Eigen::Vector2d& from, const Eigen::Vector2d& to, double time, double mu) {
  const double r1 = from.norm(), r2 = to.norm(), chord = (to - from).norm(), s = 0.5 * (r1 + r2 + chord);
  double angle = std::atan2(from.x() * to.y() - from.y() * to.x(), from.dot(to));
  if (angle < 0.0) angle += 2.0 * std::numbers::pi;
  const double lambda = std::sqrt(r1 * r2) * std::cos(0.5 * angle) / s;
  const double x = orbit_of(std::sqrt(2.0 * mu / (s * s * s)) * time, lambda);
  const double y = std::sqrt(1.0 - lambda * lambda * (1.0 - x * x));
  const double gamma = std::sqrt(0.5 * mu * s), rho = (r1 - r2) / chord;
  // sqrt(1 - rho^2), without the difference.
  const double sigma = 2.0 * std::sqrt(r1 * r2) * std::sin(0.5 * angle) / chord;
  const double along = lambda * y - x, sum = rho * (lambda * y + x), turning = gamma * sigma * (y + lambda * x);
  const auto velocity = [](const Eigen::Vector2d& place, double r, double radial, double transverse) {
    return Eigen::Vector2d((radial * place + transverse * Eigen::Vector2d(-place.y(), place.x())) / (r * r));
  };
  return {velocity(from, r1, gamma * (along - sum), turning), velocity(to, r2, -gamma * (along + sum), turning)};
}

}  // namespace

LambertVelocities lambert(const Eigen::Vector2d& from, const Eigen::Vector2d& to, double time, double mu,
                          bool anticlockwise) {
  if (anticlockwise) return anticlockwise_arc(from, to, time, mu);
  const auto mirrored = [](const Eigen::Vector2d& v) { return Eigen::Vector2d(v.x(), -v.y()); };
  const LambertVelocities arc = anticlockwise_arc(mirrored(from), mirrored(to), time, mu);
  return {mirrored(arc.departure), mirrored(arc.arrival)};
}

}  // namespace physgrad
