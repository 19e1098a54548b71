// The parts of the kernel without eigenvectors, and the kernel on an operator that can form a Gram matrix but no J.
#include <gtest/gtest.h>

#include <Eigen/Eigenvalues>
#include <cmath>
#include <stdexcept>

#include "every_kernel.hpp"
#include "physgrad/linalg/band_reduction.hpp"
#include "physgrad/linalg/block_lower.hpp"
#include "physgrad/linalg/contour.hpp"
#include "physgrad/linalg/kernels/structured.hpp"
#include "physgrad/linalg/one_stage.hpp"
#include "spectra.hpp"

namespace physgrad::testing {
namespace {

Matrix with_eigenvalues(const Vector& values, std::mt19937_64& engine) {
  const Matrix q = random_orthonormal(values.size(), values.size(), engine);
  return q * values.asDiagonal() * q.transpose();
}

// Of width 1 or 8, with its largest eigenvalue.
SymmetricBand reduced(const Vector& eigenvalues, Index width, std::mt19937_64& engine) {
  const Matrix full = with_eigenvalues(eigenvalues, engine);
  return width == 1 ? one_stage_reduction(full)->band() : band_reduction(block_lower(full, 16))->band();
}

class Bands : public ::testing::TestWithParam<Index> {
 protected:
  SymmetricBand reduced(const Vector& eigenvalues, std::mt19937_64& engine) {
    return testing::reduced(eigenvalues, GetParam(), engine);
  }
};

INSTANTIATE_TEST_SUITE_P(Widths, Bands, ::testing::Values(1, kBandWidth), ::testing::PrintToStringParamName());

TEST_P(Bands, CountsFindTheNeighboursOfTheThreshold) {
  std::mt19937_64 engine(2);
  for (const Index n : {1, 2, 7, 60}) {
    const Vector values = decaying(n, 8);
    const SymmetricBand b = reduced(values, engine);
    const double relative = 2.3e-3;
    const SpectralCut cut = cut_spectrum(b, relative);
    const Index kept = (values.array() > relative * relative).count();
    EXPECT_EQ(cut.kept, kept);
    EXPECT_NEAR(cut.largest, 1, 1e-8);
    EXPECT_NEAR(cut.threshold, relative * relative, 1e-8 * cut.threshold);
    EXPECT_NEAR(cut.above, values[kept - 1], 1e-8 * values[kept - 1] + 1e-15);
    EXPECT_LE(cut.above, values[kept - 1] + 1e-15);
    if (kept == n) continue;
    EXPECT_GE(cut.below, values[kept] - 1e-15);
    EXPECT_LE(cut.below, values[kept] + 0.11 * (cut.threshold - values[kept]));
  }
}

// f(B) c against an eigendecomposition of B.
Vector spectral_function(const SymmetricBand& b, double threshold, double exponent, const Vector& c) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(dense(b));
  Vector f = Vector::Zero(c.size());
  for (Index i = 0; i < c.size(); ++i) {
    if (solver.eigenvalues()[i] > threshold) f[i] = std::pow(solver.eigenvalues()[i], exponent);
  }
  return solver.eigenvectors() * f.cwiseProduct(solver.eigenvectors().transpose() * c);
}

TEST_P(Bands, CountsRefineTheLargestEigenvalueWhereTheThresholdDependsOnIt) {
  std::mt19937_64 engine(8);
  for (const double side : {1 + 1e-11, 1 - 1e-11}) {
    Vector values(5);
    values << 1, 0.7, 0.25 * side, 0.1, 0.01;
    EXPECT_EQ(cut_spectrum(reduced(values, engine), 0.5).kept, side > 1 ? 3 : 2);
  }
}

TEST_P(Bands, CountsHoldWherePivotsCancel) {
  // The elimination of B - x I meets a pivot of nothing at x = 1/4, in the first row and, by the second block, again.
  const Index n = 40;
  SymmetricBand b{Matrix::Zero(GetParam() + 1, n)};
  for (Index j = 0; j < n; ++j) b.entries(0, j) = j % 20 == 0 ? 0.25 : 0.5 + 0.01 * static_cast<double>(j);
  for (Index d = 1; d <= GetParam(); ++d)
    for (Index j = 0; j + d < n; ++j) b.entries(d, j) = (j < 20) == (j + d < 20) ? 0.07 / static_cast<double>(d) : 0;
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(dense(b), Eigen::EigenvaluesOnly);
  const Vector& values = solver.eigenvalues();
  const double largest = values[n - 1];
  for (Index j = 0; j < n; j += 20) {
    const double leading = b.entries(0, j);
    const SpectralCut cut = cut_spectrum(b, std::sqrt(leading / largest));
    ASSERT_TRUE(cut.decided);
    const Index kept = (values.array() > leading).count();
    EXPECT_EQ(cut.kept, kept);
    EXPECT_NEAR(cut.above, values[n - kept], 2e-8 * values[n - kept]);
    EXPECT_GE(cut.below, values[n - kept - 1] - 1e-15);
    EXPECT_LT(cut.below, leading);
  }
}

TEST_P(Bands, AnEigenvalueOnTheThresholdIsNotDecided) {
  SymmetricBand b{Matrix::Zero(GetParam() + 1, 30)};
  for (Index j = 0; j < 30; ++j) b.entries(0, j) = j == 0 ? 1 : 0.25;
  const SpectralCut cut = cut_spectrum(b, 0.5);
  EXPECT_FALSE(cut.decided && cut.above - cut.threshold > 1e-14 && cut.threshold - cut.below > 1e-14);
}

TEST_P(Bands, TheCoarseRuleSeesAChangeOfTheMatrix) {
  std::mt19937_64 engine(9);
  SymmetricBand b = reduced(decaying(40, 7), engine);
  const Vector c = random_vector(40, engine);
  const SpectralCut cut = cut_spectrum(b, 1e-2);
  const ContourRule rule(cut, -0.75);
  const ContourRule::Value before = rule.apply(b, c);
  EXPECT_EQ((rule.apply_coarse(b, c) - before.coarse).norm(), 0);
  b.entries(0, 3) += 1e-9;
  const Vector change = rule.apply(b, c).fine - before.fine;
  EXPECT_LT(relative_difference(rule.apply_coarse(b, c) - before.coarse, change), 1e-2);
}

TEST_P(Bands, TheContourAppliesThePowerAboveTheCut) {
  std::mt19937_64 engine(3);
  for (const Index n : {1, 2, 9, 100}) {
    const SymmetricBand b = reduced(decaying(n, 7), engine);
    const Vector c = random_vector(n, engine);
    for (const double relative : {0.3, 0.021, 1e-5}) {
      const SpectralCut cut = cut_spectrum(b, relative);
      for (const double exponent : {-1.0, -0.75, -0.5, 0.0}) {
        const Vector expected = spectral_function(b, cut.threshold, exponent, c);
        const ContourRule::Value value = ContourRule(cut, exponent).apply(b, c);
        EXPECT_LT(relative_difference(value.fine, expected), 1e-8)
            << n << " at " << relative << ", exponent " << exponent;
        EXPECT_LT(relative_difference(value.coarse, expected), 1e-3);
      }
    }
  }
}

TEST_P(Bands, TheContourPassesThroughANarrowGap) {
  std::mt19937_64 engine(4);
  Vector values(8);
  values << 1, 0.5, 0.1, 0.01 * (1 + 1e-7), 0.01 * (1 - 1e-7), 1e-3, 1e-6, 0;
  const SymmetricBand b = reduced(values, engine);
  const Vector c = random_vector(8, engine);
  const SpectralCut cut = cut_spectrum(b, 0.1);
  ASSERT_EQ(cut.kept, 4);
  const Vector expected = spectral_function(b, cut.threshold, -0.75, c);
  // The two vectors beside a gap of 2e-9 are themselves only known to about eps / 2e-9.
  EXPECT_LT(relative_difference(ContourRule(cut, -0.75).apply(b, c).fine, expected), 1e-6);
}

class GramOnly final : public JacobianOperator {
 public:
  explicit GramOnly(const Matrix& matrix) : matrix_(matrix) {}
  [[nodiscard]] Index rows() const override { return matrix_.rows(); }
  [[nodiscard]] Index cols() const override { return matrix_.cols(); }
  const Matrix& dense() override { throw std::logic_error("J must not be formed"); }
  Matrix gram() override { return matrix_ * matrix_.transpose(); }
  Vector times(const Vector& v) override { return matrix_ * v; }
  Vector transpose_times(const Vector& w) override { return matrix_.transpose() * w; }
  [[nodiscard]] bool has_structured_gram() const override { return true; }

 private:
  const Matrix& matrix_;
};

TEST(StructuredKernel, NeverFormsTheJacobian) {
  std::mt19937_64 engine(5);
  const Matrix j = with_singular_values(70, 150, decaying(70, 5), engine);
  const Vector g = random_vector(70, engine);
  for (const char* kernel : {"structured", "auto"}) {
    GramOnly jacobian(j);
    const PartialInverseResult result =
        partial_inverse(jacobian, g, {.kappa = 0.5, .tau = 2.1e-4, .accuracy = 1e-6, .kernel = kernel});
    EXPECT_EQ(result.kernel, "structured") << result.reason;
    EXPECT_LT(relative_difference(result.direction, reference_partial_inverse(j, g, 0.5, 2.1e-4)), 1e-8);
  }
}

class HalfGramOnly final : public JacobianOperator {
 public:
  explicit HalfGramOnly(const Matrix& matrix) : matrix_(matrix) {}
  [[nodiscard]] Index rows() const override { return matrix_.rows(); }
  [[nodiscard]] Index cols() const override { return matrix_.cols(); }
  const Matrix& dense() override { throw std::logic_error("J must not be formed"); }
  Matrix gram() override { throw std::logic_error("K must not be formed"); }
  void gram_lower(BlockLower& out) override {
    const Matrix k = matrix_ * matrix_.transpose();
    for (Index j = 0; j < out.blocks(); ++j)
      for (Index c = 0; c < out.columns(j); ++c)
        for (Index i = out.start(j); i < out.order(); ++i)
          out.column(j)(i - out.start(j), c) = i < out.start(j) + c ? std::nan("") : k(i, out.start(j) + c);
  }
  Vector times(const Vector& v) override { return matrix_ * v; }
  Vector transpose_times(const Vector& w) override { return matrix_.transpose() * w; }

 private:
  const Matrix& matrix_;
};

TEST(StructuredKernel, NeedsOnlyHalfOfTheGramMatrixWhereItIsLarge) {
  std::mt19937_64 engine(10);
  for (const Index rows : {1, 8, 9, 10, 90}) {
    const Matrix j = with_singular_values(rows, 120, decaying(rows, 5), engine);
    const Vector g = random_vector(rows, engine);
    HalfGramOnly jacobian(j);
    const PartialInverseResult result = kernels::structured(jacobian, g, {.kappa = 0.5, .tau = 2.1e-4}, kAlways);
    EXPECT_LT(relative_difference(result.direction, reference_partial_inverse(j, g, 0.5, 2.1e-4)), 1e-8) << rows;
    EXPECT_LT(result.error_estimate, 1e-7);
  }
}

TEST(StructuredKernel, TakesTheOtherSideOfATallJacobianToABand) {
  std::mt19937_64 engine(11);
  const Matrix j = with_singular_values(130, 50, decaying(50, 4), engine);
  const Vector g = random_vector(130, engine);
  DenseJacobian jacobian(j);
  const PartialInverseResult result = kernels::structured(jacobian, g, {.kappa = 1, .tau = 2.1e-3}, kAlways);
  EXPECT_LT(relative_difference(result.direction, reference_partial_inverse(j, g, 1, 2.1e-3)), 1e-8);
}

TEST(StructuredKernel, SquaresThatLeaveTheRangeOfNumbersAreScaled) {
  std::mt19937_64 engine(12);
  const Matrix j = with_singular_values(20, 40, decaying(20, 3), engine);
  const Vector g = random_vector(20, engine);
  const Vector expected = reference_partial_inverse(j, g, 1, 2.1e-2);
  for (const double size : {1e-110, 1e110}) {
    for (const Index from : {1, 1000}) {
      const Matrix scaled = size * j;
      DenseJacobian jacobian(scaled);
      const PartialInverseResult result = kernels::structured(jacobian, g, {.kappa = 1, .tau = 2.1e-2}, from);
      EXPECT_LT(relative_difference(size * result.direction, expected), 1e-9) << size;
    }
  }
}

TEST(StructuredKernel, NonFiniteHalfGramGivesNonFiniteDirection) {
  Matrix j = Matrix::Identity(12, 20);
  j(5, 5) = std::nan("");
  HalfGramOnly jacobian(j);
  EXPECT_FALSE(kernels::structured(jacobian, Vector::Ones(12), {}, kAlways).direction.allFinite());
}

TEST(StructuredKernel, RunsItselfOnEveryShape) {
  std::mt19937_64 engine(6);
  for (const Index rows : {1, 2, 30, 90}) {
    for (const Index cols : {1, 3, 40}) {
      const Matrix j = with_singular_values(rows, cols, decaying(std::min(rows, cols), 3), engine);
      const Vector g = random_vector(rows, engine);
      const PartialInverseOptions options{.kappa = 0.5, .tau = 2.1e-3, .accuracy = 1e-6, .kernel = "structured"};
      const PartialInverseResult result = run_kernel(j, g, options);
      EXPECT_EQ(result.kernel, "structured") << rows << " x " << cols << " " << result.reason;
      EXPECT_LT(relative_difference(result.direction, reference_partial_inverse(j, g, 0.5, 2.1e-3)), 1e-8);
    }
  }
}

}  // namespace
}  // namespace physgrad::testing
