// Where a spectrum is cut, and damping as the partial inverse of a longer matrix.
#include "physgrad/linalg/rank_rules.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "linalg/spectra.hpp"
#include "physgrad/linalg/damped_jacobian.hpp"
#include "physgrad/linalg/kernel_table.hpp"
#include "physgrad/linalg/truncated_inverse.hpp"

namespace physgrad::testing {
namespace {

Vector falling(Index count, double first, double ratio) {
  Vector values(count);
  for (Index i = 0; i < count; ++i) values[i] = first * std::pow(ratio, -static_cast<double>(i));
  return values;
}

Vector with_gap(Index above, Index below, double gap) {
  Vector values(above + below);
  values.head(above) = falling(above, 1, 1.3);
  values.tail(below) = falling(below, values[above - 1] / gap, 1.3);
  return values;
}

Index at_gap(const Matrix& j, double tau, double surely) {
  DenseJacobian jacobian(j);
  PartialInverseOptions options;
  options.tau = tau;
  const auto rule = [surely](const KnownSpectrum& spectrum) { return rank_at_gap(spectrum, surely); };
  return truncated_inverse(jacobian, Vector::Ones(j.rows()), options, rule).kept_rank;
}

TEST(RankRules, ASpectrumIsCutAtItsGapWhereverItIsAndWhicheverSideIsLonger) {
  std::mt19937_64 engine(1);
  for (const auto& [rows, cols] : {std::pair<Index, Index>{20, 33}, {33, 20}, {20, 20}})
    for (const Index above : {1, 7, 15}) {
      const Matrix j = with_singular_values(rows, cols, with_gap(above, 20 - above, 100), engine);
      EXPECT_EQ(at_gap(j, 1e-6, 1), above) << rows << " x " << cols;
      // Nor does the matrix's unit matter.
      EXPECT_EQ(at_gap(1e-9 * j, 1e-6, 1), above) << rows << " x " << cols;
    }
}

TEST(RankRules, WithoutAGapTheCutIsThatOfTau) {
  std::mt19937_64 engine(2);
  const Vector values = falling(20, 1, 2);
  const Matrix j = with_singular_values(20, 30, values, engine);
  EXPECT_EQ(at_gap(j, 1e-6, 1), 20);
  EXPECT_EQ(at_gap(j, 0.9 * values[11], 1), 12);
  // Half a decade is none.
  EXPECT_EQ(at_gap(with_singular_values(20, 30, with_gap(8, 12, 5), engine), 1e-6, 1), 20);
}

TEST(RankRules, OfTwoGapsTheWiderIsTakenWithinTheWindow) {
  Vector values(9);
  values << 1, 0.9, 0.8, 0.75e-1, 0.7e-1, 0.6e-1, 0.6e-3, 0.5e-3, 0.4e-3;
  std::mt19937_64 engine(3);
  const Matrix j = with_singular_values(9, 12, values, engine);
  EXPECT_EQ(at_gap(j, 1e-6, 1), 6);
  EXPECT_EQ(at_gap(j, 1e-2, 1), 3);       // the wider one lies across this tau
  EXPECT_EQ(at_gap(j, 0.065, 0.9), 3);    // of five that tau keeps
  EXPECT_EQ(at_gap(j, 0.065, 0.072), 5);  // four are kept whatever is between them
}

// Of white noise every direction but those with a signal costs more than it explains; without noise it is a sum of
// squares over a square, here by another formula.
TEST(RankRules, CrossValidationKeepsWhatHoldsMoreThanItsShare) {
  const Vector values = falling(10, 1, 2);
  Vector noise = Vector::Constant(10, 1e-3);
  noise.head(4).setConstant(1);
  EXPECT_EQ(rank_by_cross_validation({values, noise, 0, 10, 10}, 1), 4);
  EXPECT_EQ(rank_by_cross_validation({values, noise, 0, 10, 10}, values[5]), 6);
  EXPECT_EQ(rank_by_cross_validation({values, noise, 0, 3, 10}, 1), 3);
  const Vector smooth = falling(10, 1, 3);
  EXPECT_EQ(rank_by_cross_validation({values, smooth, 0, 10, 10}, 1), 9);
  // Rows that no singular value reaches are noise like the rest: the scores of 3, 4 and 5
  // are 1.12e-6, 9.95e-7, 9.99e-7.
  EXPECT_EQ(rank_by_cross_validation({values, smooth, 90 * 1e-4, 10, 100}, 1), 4);
  EXPECT_EQ(rank_by_cross_validation({values, smooth, 0, 1, 1}, 1), 1);
}

TEST(DampedJacobian, EveryKernelGivesTheFilterOfTheSingularValues) {
  std::mt19937_64 engine(4);
  for (const auto& [rows, cols] : {std::pair<Index, Index>{24, 40}, {40, 24}}) {
    const Vector values = decaying(24, 5);
    const Matrix u = random_orthonormal(rows, 24, engine), v = random_orthonormal(cols, 24, engine);
    const Matrix j = u * values.asDiagonal() * v.transpose();
    const Vector g = random_vector(rows, engine);
    DenseJacobian jacobian(j);
    const double trace = j.squaredNorm(), lambda = 1e-4 * trace;
    for (const double kappa : {-0.5, 0.0, 0.5, 1.0}) {
      const Vector filter = values.array() * (values.array().square() + lambda).pow(-0.5 * (1 + kappa));
      const Vector expected = v * (filter.asDiagonal() * (u.transpose() * g));
      for (const std::string& kernel : partial_inverse_kernels()) {
        PartialInverseOptions options;
        options.kappa = kappa;
        options.kernel = kernel;
        const PartialInverseResult result = damped_partial_inverse(jacobian, g, lambda, trace, options);
        EXPECT_LT(relative_difference(result.direction, expected), 1e-9) << kernel << " " << kappa << " " << rows;
        EXPECT_LE(relative_difference(result.direction, expected), 10 * result.error_estimate + 1e-13) << kernel;
        EXPECT_EQ(result.kept_rank, 24);
      }
    }
  }
}

TEST(DampedJacobian, RefusesADampingThatIsNone) {
  const Matrix j = Matrix::Identity(2, 3);
  DenseJacobian jacobian(j);
  for (const double lambda : {0.0, -1.0, std::nan(""), HUGE_VAL})
    EXPECT_THROW((void)DampedJacobian(jacobian, lambda), std::invalid_argument) << lambda;
}

}  // namespace
}  // namespace physgrad::testing
