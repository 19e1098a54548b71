// The randomised Nystrom approximation: exact where the sketch holds all, and what it does to a solve where it does
// not.
#include "physgrad/linalg/nystrom.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "spectra.hpp"

namespace physgrad::testing {
namespace {

// (J J^T + damping I)^-exponent v from singular values and left vectors in extended precision's stead: J is made of
// them.
struct Known {
  Matrix u, j;
  Vector s;
};
Known known(Index rows, Index cols, const Vector& values, std::mt19937_64& engine) {
  const Matrix u = random_orthonormal(rows, rows, engine), v = random_orthonormal(cols, rows, engine);
  return {u, u * values.asDiagonal() * v.transpose(), values};
}
Vector damped_power(const Known& at, double damping, double exponent, const Vector& g) {
  const Vector f = (at.s.array().square() + damping).pow(-exponent);
  return at.u * f.cwiseProduct(at.u.transpose() * g);
}

TEST(Nystrom, IsExactWithAFullSketchAndOnLowRank) {
  std::mt19937_64 engine(1);
  const Vector full = decaying(20, 2);
  Vector low = full;
  low.tail(12).setZero();
  for (const auto& [values, sketch] :
       {std::pair{full, Index{20}}, std::pair{full, Index{50}}, std::pair{low, Index{9}}}) {
    const Known at = known(20, 35, values, engine);
    const Vector g = random_vector(20, engine);
    DenseJacobian jacobian(at.j);
    const NystromApproximation approximation(jacobian, sketch, 1);
    ASSERT_TRUE(approximation.valid());
    for (const double exponent : {1.0, 0.75, 0.5}) {
      const Vector expected = damped_power(at, 1e-2, exponent, g);
      EXPECT_LT((approximation.damped_power(1e-2, exponent, 0, g) - expected).norm(), 1e-8 * expected.norm());
    }
  }
}

// Whatever the sketch holds, nothing is followed further than with the true spectrum by more than what the sketch is
// off.
TEST(Nystrom, GoesNoFurtherWhereTheRestIsTakenForTheLeast) {
  std::mt19937_64 engine(5);
  const Known at = known(80, 100, decaying(80, 1), engine);
  DenseJacobian jacobian(at.j);
  const NystromApproximation approximation(jacobian, 10, 1);
  const double damping = 1e-4;
  double cautious = 0, bold = 0;
  for (Index i = 0; i < 80; ++i) {
    const Vector u = at.u.col(i);
    const double exact = std::pow(at.s[i] * at.s[i] + damping, -0.75);
    cautious = std::max(cautious, u.dot(approximation.damped_power(damping, 0.75, approximation.least(), u)) / exact);
    bold = std::max(bold, u.dot(approximation.damped_power(damping, 0.75, 0, u)) / exact);
  }
  EXPECT_LT(cautious, 3);
  EXPECT_GT(bold, 100);
}

TEST(Nystrom, PreconditionsConjugateGradients) {
  std::mt19937_64 engine(2);
  const Known at = known(120, 200, decaying(120, 3), engine);
  const Vector g = random_vector(120, engine);
  const Vector expected = damped_power(at, 1e-4, 1, g);
  DenseJacobian jacobian(at.j);
  const auto error = [&](Index sketch, long steps) {
    const NystromApproximation approximation(jacobian, sketch, 3);
    return (preconditioned_solve(jacobian, approximation, 1e-4, g, steps) - expected).norm() / expected.norm();
  };
  EXPECT_LT(error(60, 60), 1e-10);
  EXPECT_LT(error(60, 5), 0.1 * error(4, 5));
  EXPECT_LT(error(120, 2), 1e-8);
}

TEST(Nystrom, IsTheSameForTheSameDrawOnly) {
  std::mt19937_64 engine(4);
  const Known at = known(30, 40, decaying(30, 2), engine);
  DenseJacobian jacobian(at.j);
  const Vector g = random_vector(30, engine);
  const auto answer = [&](std::uint64_t draw) {
    return NystromApproximation(jacobian, 8, draw).damped_power(0.1, 1, 0, g);
  };
  EXPECT_EQ(answer(1), answer(1));
  EXPECT_GT((answer(1) - answer(2)).norm(), 1e-6 * answer(1).norm());
}

// Twenty decades of eigenvalues: what has a factor in exact arithmetic has none in double precision without a shift.
TEST(Nystrom, HoldsOnSpectraThatRoundOffMakesIndefinite) {
  std::mt19937_64 engine(6);
  for (int trial = 0; trial < 30; ++trial) {
    const Known at = known(32, 60, decaying(32, 10), engine);
    const Vector g = random_vector(32, engine);
    DenseJacobian jacobian(at.j);
    const NystromApproximation approximation(jacobian, 64, static_cast<std::uint64_t>(trial));
    ASSERT_TRUE(approximation.valid());
    const Vector expected = damped_power(at, 1e-4, 0.75, g);
    EXPECT_LT((approximation.damped_power(1e-4, 0.75, 0, g) - expected).norm(), 1e-8 * expected.norm());
  }
}

TEST(Nystrom, SaysWhatIsNotFiniteAndKnowsZero) {
  Matrix j = Matrix::Zero(5, 7);
  DenseJacobian zero(j);
  const NystromApproximation none(zero, 3, 1);
  EXPECT_TRUE(none.valid());
  const Vector g = Vector::Ones(5);
  EXPECT_LT((none.damped_power(4, 0.5, 0, g) - 0.5 * g).norm(), 1e-15);
  EXPECT_EQ(none.precondition(4, g), g);
  j(2, 3) = std::nan("");
  EXPECT_FALSE(NystromApproximation(zero, 3, 1).valid());
}

}  // namespace
}  // namespace physgrad::testing
