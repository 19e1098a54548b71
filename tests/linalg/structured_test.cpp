// The parts of the kernel without eigenvectors, and the kernel on an operator that can form a Gram matrix but no J.
#include <gtest/gtest.h>

#include <Eigen/Eigenvalues>
#include <cmath>
#include <stdexcept>

#include "linalg/tridiagonal.hpp"
#include "spectra.hpp"

namespace physgrad::testing {
namespace {

Matrix with_eigenvalues(const Vector& values, std::mt19937_64& engine) {
  const Matrix q = random_orthonormal(values.size(), values.size(), engine);
  return q * values.asDiagonal() * q.transpose();
}

Matrix dense(const Tridiagonal& t) {
  Matrix result = t.diagonal.asDiagonal();
  result.diagonal(1) = t.subdiagonal;
  result.diagonal(-1) = t.subdiagonal;
  return result;
}

Matrix orthogonal_factor(const TridiagonalReduction& reduction) {
  Matrix z = Matrix::Identity(reduction.t.diagonal.size(), reduction.t.diagonal.size());
  for (Index j = 0; j < z.cols(); ++j) {
    Vector column = z.col(j);
    apply_z(reduction, false, column);
    z.col(j) = column;
  }
  return z;
}

TEST(Tridiagonalisation, ReproducesTheMatrixWithAndWithoutLapack) {
  std::mt19937_64 engine(1);
  for (const Index n : {1, 2, 3, 31, 32, 33, 34, 80}) {
    const Matrix a = with_eigenvalues(random_vector(n, engine), engine);
    for (const TridiagonalReduction& reduction : {reduce(a), blocked_reduction(a)}) {
      const Matrix z = orthogonal_factor(reduction);
      EXPECT_LT((z.transpose() * z - Matrix::Identity(n, n)).norm(), 1e-13 * static_cast<double>(n));
      EXPECT_LT((z * dense(reduction.t) * z.transpose() - a).norm(), 1e-13 * static_cast<double>(n)) << n;
      const Vector x = random_vector(n, engine);
      Vector there_and_back = x;
      apply_z(reduction, true, there_and_back);
      EXPECT_LT((there_and_back - z.transpose() * x).norm(), 1e-12);
      EXPECT_LT((multiply(reduction.t, x) - dense(reduction.t) * x).norm(), 1e-12);
    }
  }
}

TEST(Tridiagonalisation, LeavesZeroAndDiagonalMatricesAlone) {
  EXPECT_EQ(dense(blocked_reduction(Matrix::Zero(5, 5)).t), Matrix::Zero(5, 5));
  const Matrix diagonal = Vector::LinSpaced(40, 1, 40).asDiagonal();
  EXPECT_EQ(dense(blocked_reduction(diagonal).t), diagonal);
}

TEST(SturmCut, FindsTheNeighboursOfTheThreshold) {
  std::mt19937_64 engine(2);
  for (const Index n : {1, 2, 7, 60}) {
    const Vector values = decaying(n, 8);
    const Tridiagonal t = reduce(with_eigenvalues(values, engine)).t;
    const double relative = 2.3e-3;
    const SpectralCut cut = cut_spectrum(t, relative);
    const Index kept = (values.array() > relative * relative).count();
    EXPECT_EQ(cut.kept, kept);
    EXPECT_NEAR(cut.largest, 1, 1e-14);
    EXPECT_NEAR(cut.above, values[kept - 1], 1e-9 * values[kept - 1] + 1e-15);
    EXPECT_LE(cut.above, values[kept - 1] + 1e-15);
    if (kept == n) continue;
    EXPECT_NEAR(cut.below, values[kept], 1e-9 * values[kept] + 1e-15);
  }
}

// f(T) c against an eigendecomposition of T.
Vector spectral_function(const Tridiagonal& t, double threshold, double exponent, const Vector& c) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(dense(t));
  Vector f = Vector::Zero(c.size());
  for (Index i = 0; i < c.size(); ++i) {
    if (solver.eigenvalues()[i] > threshold) f[i] = std::pow(solver.eigenvalues()[i], exponent);
  }
  return solver.eigenvectors() * f.cwiseProduct(solver.eigenvectors().transpose() * c);
}

TEST(Contour, AppliesThePowerAboveTheCut) {
  std::mt19937_64 engine(3);
  for (const Index n : {1, 2, 9, 100}) {
    const Tridiagonal t = reduce(with_eigenvalues(decaying(n, 7), engine)).t;
    const Vector c = random_vector(n, engine);
    for (const double relative : {0.3, 0.021, 1e-5}) {
      const SpectralCut cut = cut_spectrum(t, relative);
      for (const double exponent : {-1.0, -0.75, -0.5, 0.0}) {
        const Vector expected = spectral_function(t, cut.threshold, exponent, c);
        EXPECT_LT(relative_difference(apply_function(t, cut, exponent, c), expected), 1e-8)
            << n << " at " << relative << ", exponent " << exponent;
      }
    }
  }
}

TEST(Contour, PassesThroughANarrowGap) {
  std::mt19937_64 engine(4);
  Vector values(8);
  values << 1, 0.5, 0.1, 0.01 * (1 + 1e-7), 0.01 * (1 - 1e-7), 1e-3, 1e-6, 0;
  const Tridiagonal t = reduce(with_eigenvalues(values, engine)).t;
  const Vector c = random_vector(8, engine);
  const SpectralCut cut = cut_spectrum(t, 0.1);
  ASSERT_EQ(cut.kept, 4);
  const Vector expected = spectral_function(t, cut.threshold, -0.75, c);
  // The two vectors beside a gap of 2e-9 are themselves only known to about eps / 2e-9.
  EXPECT_LT(relative_difference(apply_function(t, cut, -0.75, c), expected), 1e-6);
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
