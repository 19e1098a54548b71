// The sine map: its slopes, and the closest solution against a search through all of them.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "problems/problem_with.hpp"

namespace physgrad::testing {
namespace {

using std::numbers::pi;

TEST(SineMap, UnrotatedItIsASineBesideALine) {
  const Problem problem = problem_with("sine-map", {{"xi", 4.0}, {"phi", 0.0}});
  const Matrix x = (Matrix(2, 1) << 0.3, 0.02).finished();
  const Matrix y = problem.simulator->run(x, {});
  EXPECT_NEAR(y(0), std::sin(2.5 * 0.3), 1e-15);
  EXPECT_NEAR(y(1), 40.0 * 0.02, 1e-15);
}

TEST(SineMap, PhiTurnsTheControls) {
  const Matrix x = (Matrix(2, 1) << 0.3, 0.02).finished();
  const Matrix turned = (Matrix(2, 1) << -0.02, 0.3).finished();
  const auto run = [](double phi, const Matrix& at) {
    return problem_with("sine-map", {{"xi", 4.0}, {"phi", phi}}).simulator->run(at, {});
  };
  EXPECT_LT(distance(run(90.0, x), run(0.0, turned)), 1e-14);
}

class SineMapAt : public ::testing::TestWithParam<std::pair<double, double>> {};
INSTANTIATE_TEST_SUITE_P(Conditioning, SineMapAt,
                         ::testing::Values(std::pair(1.0, 0.0), std::pair(1.0, 30.0), std::pair(10.0, 45.0)));

TEST_P(SineMapAt, InverseIsASolutionAndNoOtherIsCloser) {
  const auto [xi, phi] = GetParam();
  const Problem problem = problem_with("sine-map", {{"xi", xi}, {"phi", phi}});
  Rng rng(1, "sine-map");
  const Batch batch = problem.sample(rng, 50);
  const Matrix near = rng.uniform_matrix(2, 50, -2, 2);
  const Matrix x = invert_uncounted(*problem.inverse, batch.target, near, {});
  EXPECT_LT(distance(problem.simulator->run(x, {}), batch.target), 1e-12);
  const Vector error = problem.x_error(batch, near);
  EXPECT_LT(distance(error, (x - near).colwise().norm().transpose()), 1e-14);

  const double angle = phi * pi / 180.0;
  const Eigen::Matrix2d rotation{{std::cos(angle), -std::sin(angle)}, {std::sin(angle), std::cos(angle)}};
  for (Index i = 0; i < 50; ++i)
    for (int turn = -8; turn <= 8; ++turn)
      for (const double start : {std::asin(batch.target(0, i)), pi - std::asin(batch.target(0, i))}) {
        const Eigen::Vector2d turned((start + 2.0 * pi * turn) * xi / 10.0, batch.target(1, i) / (10.0 * xi));
        EXPECT_LE(error[i], (rotation.transpose() * turned - near.col(i)).norm() + 1e-12);
      }
}

TEST(SineMap, OutOfRangeTheInverseGivesTheClosestState) {
  const Problem problem = problem_with("sine-map");
  const Matrix target = (Matrix(2, 2) << 1.5, -3.0, 0.2, 0.4).finished();
  const Matrix y = problem.simulator->run(invert_uncounted(*problem.inverse, target, Matrix::Zero(2, 2), {}), {});
  EXPECT_LT(distance(y, (Matrix(2, 2) << 1.0, -1.0, 0.2, 0.4).finished()), 1e-12);
}

}  // namespace
}  // namespace physgrad::testing
