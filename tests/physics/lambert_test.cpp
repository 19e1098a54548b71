// Arcs of Lambert's problem against orbits that are known in closed form, and against the simulated flight.
#include "physgrad/physics/lambert.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "problems/problem_with.hpp"

namespace physgrad::testing {
namespace {

using Eigen::Vector2d;
constexpr double kCentre = 4.0;

double apart(const Vector2d& a, const Vector2d& b) { return distance(Matrix(a), Matrix(b)); }

double energy(const Vector2d& place, const Vector2d& velocity) {
  return 0.5 * velocity.squaredNorm() - kCentre / place.norm();
}
double momentum(const Vector2d& place, const Vector2d& velocity) {
  return place.x() * velocity.y() - place.y() * velocity.x();
}

TEST(Lambert, PartsOfACircleHaveItsVelocity) {
  for (const double angle : {0.3, std::numbers::pi / 2, std::numbers::pi, 4.0, 6.0}) {
    const Vector2d from(1.0, 0.0), to(std::cos(angle), std::sin(angle));
    const LambertVelocities arc = lambert(from, to, angle / 2.0, kCentre, true);  // the mean motion is sqrt(mu) = 2
    EXPECT_LT(apart(arc.departure, Vector2d(0.0, 2.0)), 1e-12) << angle;
    EXPECT_LT(apart(arc.arrival, Vector2d(-2.0 * to.y(), 2.0 * to.x())), 1e-12) << angle;
  }
}

TEST(Lambert, HalfAnEllipseIsHohmannsTransfer) {
  const double near = 0.8, far = 1.3, axis = 0.5 * (near + far);
  const double time = std::numbers::pi * std::sqrt(axis * axis * axis / kCentre);
  const LambertVelocities arc = lambert(Vector2d(near, 0.0), Vector2d(-far, 0.0), time, kCentre, true);
  EXPECT_LT(apart(arc.departure, Vector2d(0.0, std::sqrt(kCentre * (2.0 / near - 1.0 / axis)))), 1e-12);
  EXPECT_LT(apart(arc.arrival, Vector2d(0.0, -std::sqrt(kCentre * (2.0 / far - 1.0 / axis)))), 1e-12);
}

TEST(Lambert, TheParabolaTakesEulersTime) {
  const Vector2d from(1.0, 0.0), to(-0.5, 1.1);
  const double sum = from.norm() + to.norm(), chord = (to - from).norm();
  const double time = (std::pow(sum + chord, 1.5) - std::pow(sum - chord, 1.5)) / (6.0 * std::sqrt(kCentre));
  const LambertVelocities arc = lambert(from, to, time, kCentre, true);
  EXPECT_NEAR(energy(from, arc.departure), 0.0, 1e-12);
  EXPECT_GT(energy(from, lambert(from, to, 0.99 * time, kCentre, true).departure), 1e-3);   // a hyperbola
  EXPECT_LT(energy(from, lambert(from, to, 1.01 * time, kCentre, true).departure), -1e-3);  // an ellipse
}

TEST(Lambert, ArcsOfEveryKindKeepEnergyAndMomentumAndTurnAsAsked) {
  Rng rng(1, "lambert");
  for (int n = 0; n < 1000; ++n) {
    const Vector2d from = rng.uniform_matrix(2, 1, -1.5, 1.5), to = rng.uniform_matrix(2, 1, -1.5, 1.5);
    const double time = std::exp(rng.uniform(-3.0, 1.0));
    const bool anticlockwise = n % 2 == 0;
    const LambertVelocities arc = lambert(from, to, time, kCentre, anticlockwise);
    const double scale = std::max(arc.departure.squaredNorm(), arc.arrival.squaredNorm());
    EXPECT_NEAR(energy(from, arc.departure), energy(to, arc.arrival), 1e-9 * scale) << n;
    EXPECT_NEAR(momentum(from, arc.departure), momentum(to, arc.arrival), 1e-9 * std::sqrt(scale)) << n;
    EXPECT_EQ(momentum(from, arc.departure) > 0.0, anticlockwise) << n;
  }
}

TEST(Lambert, TheFlightEndsWhereTheArcDoes) {
  const Problem problem = problem_with("two-body", {{"steps", 8192.0}});
  Rng rng(2, "lambert");
  for (int n = 0; n < 20; ++n) {
    const Vector2d from = Vector2d(1.0, 0.0), to = Vector2d(-1.0, 0.0) + Vector2d(rng.uniform_matrix(2, 1, -0.5, 0.5));
    const LambertVelocities arc = lambert(from, to, 1.5, kCentre, n % 2 == 0);
    Vector start(4), end(4);
    start << from, arc.departure;
    end << to, arc.arrival;
    EXPECT_LT(distance(problem.simulator->run(Matrix::Zero(16, 1), start), end), 1e-9) << n;
  }
}

// In the plane half a revolution is no exception: the arc is continuous there.
TEST(Lambert, HalfARevolutionIsAnArcLikeAnyOther) {
  const auto at = [](double angle) {
    return lambert(Vector2d(1.0, 0.0), 1.1 * Vector2d(std::cos(angle), std::sin(angle)), 1.5, kCentre, true).departure;
  };
  const double h = 1e-6;
  const Vector2d left = at(std::numbers::pi - h), middle = at(std::numbers::pi), right = at(std::numbers::pi + h);
  EXPECT_LT(apart(left, right), 10.0 * h);
  EXPECT_LT(apart(0.5 * (left + right), middle), 1e-9);
}

TEST(Lambert, WhatHasNoArcIsNotFinite) {
  const Vector2d place(1.0, 0.0);
  EXPECT_FALSE(lambert(place, place, 1.0, kCentre, true).departure.allFinite());
  EXPECT_FALSE(lambert(place, Vector2d(std::numeric_limits<double>::quiet_NaN(), 0.0), 1.0, kCentre, true)
                   .departure.allFinite());
}

}  // namespace
}  // namespace physgrad::testing
