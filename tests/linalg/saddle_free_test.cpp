// Newton's step of magnitudes, and the damping that bounds what it promises.
#include "physgrad/linalg/saddle_free.hpp"

#include <gtest/gtest.h>

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <cmath>

#include "physgrad/core/rng.hpp"

namespace physgrad::testing {
namespace {

/// Symmetric, with eigenvalues of both signs, in a basis of its own.
Matrix indefinite(Rng& rng, const Vector& eigenvalues) {
  const Matrix some = rng.uniform_matrix(eigenvalues.size(), eigenvalues.size(), -1.0, 1.0);
  const Matrix q = some.householderQr().householderQ();
  return q * eigenvalues.asDiagonal() * q.transpose();
}

TEST(SaddleFree, TakesMagnitudesAndDropsTheSmallOnes) {
  Matrix h = Matrix::Zero(3, 3);
  h.diagonal() << -4.0, 2.0, 1e-9;
  const Vector g = Vector::Ones(3), step = saddle_free_solve(h, g, 1e-5);
  EXPECT_NEAR(step[0], 0.25, 1e-15);
  EXPECT_NEAR(step[1], 0.5, 1e-15);
  EXPECT_EQ(step[2], 0.0);
}

TEST(SaddleFree, ABoundThatDoesNotBindChangesNothing) {
  Rng rng(1, "saddle-free");
  const Matrix h = indefinite(rng, Vector::LinSpaced(6, -1.0, 3.0));
  const Vector g = rng.uniform_matrix(6, 1, -1.0, 1.0), step = saddle_free_solve(h, g, 0.0);
  EXPECT_EQ((saddle_free_solve(h, g, 0.0, 1.001 * g.dot(step)) - step).norm(), 0.0);
}

TEST(SaddleFree, ABoundIsMetByDampingEveryEigenvalueAlike) {
  Rng rng(2, "saddle-free");
  Vector eigenvalues = Vector::LinSpaced(6, -1.0, 3.0);
  eigenvalues[2] = 1e-8;  // where a valley becomes a ridge
  const Matrix h = indefinite(rng, eigenvalues);
  const Vector g = rng.uniform_matrix(6, 1, -1.0, 1.0);
  EXPECT_GT(saddle_free_solve(h, g, 0.0).norm(), 1e4);
  const Vector step = saddle_free_solve(h, g, 0.0, 0.5);
  EXPECT_NEAR(g.dot(step), 0.5, 1e-12);
  // (|H| + lambda I) step = g for one lambda > 0.
  const Eigen::SelfAdjointEigenSolver<Matrix> parts(h);
  const Matrix magnitude =
      parts.eigenvectors() * parts.eigenvalues().cwiseAbs().asDiagonal() * parts.eigenvectors().transpose();
  const Vector rest = g - magnitude * step;
  const double lambda = rest.dot(step) / step.squaredNorm();
  EXPECT_GT(lambda, 0.0);
  EXPECT_LT((rest - lambda * step).norm(), 1e-6 * g.norm());
}

TEST(SaddleFree, NothingToPromiseIsNoStep) {
  EXPECT_EQ(saddle_free_solve(Matrix::Identity(2, 2), Vector::Zero(2), 0.0, 1.0).norm(), 0.0);
  EXPECT_EQ(saddle_free_solve(Matrix::Zero(2, 2), Vector::Zero(2), 0.0, 0.0).norm(), 0.0);
  EXPECT_EQ(saddle_free_solve(Matrix::Identity(2, 2), Vector::Ones(2), 0.0, 0.0).norm(), 0.0);
}

}  // namespace
}  // namespace physgrad::testing
