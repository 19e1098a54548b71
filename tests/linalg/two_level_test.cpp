// Kernel two-level: the accuracy of a singular value decomposition from Gram matrices, and what it asks of an operator.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

#include "spectra.hpp"

namespace physgrad::testing {
namespace {

// Counts block products and cannot form J.
class BlockOnly final : public JacobianOperator {
 public:
  explicit BlockOnly(const Matrix& matrix) : matrix_(matrix) {}
  [[nodiscard]] Index rows() const override { return matrix_.rows(); }
  [[nodiscard]] Index cols() const override { return matrix_.cols(); }
  const Matrix& dense() override { throw std::logic_error("J must not be formed"); }
  Matrix gram() override { return matrix_ * matrix_.transpose(); }
  Vector times(const Vector& v) override { return matrix_ * v; }
  Vector transpose_times(const Vector& w) override { return matrix_.transpose() * w; }
  Matrix transpose_times_many(const Matrix& w) override {
    ++blocks;
    vectors += w.cols();
    return matrix_.transpose() * w;
  }
  [[nodiscard]] bool has_structured_gram() const override { return true; }
  int blocks = 0;
  Index vectors = 0;

 private:
  const Matrix& matrix_;
};

TEST(TwoLevelKernel, KeepsNineDigitsWhereOneGramMatrixHasNone) {
  std::mt19937_64 engine(11);
  for (const auto& [rows, cols] : std::vector<std::pair<Index, Index>>{{48, 90}, {90, 48}, {40, 40}}) {
    const Matrix j = with_singular_values(rows, cols, decaying(std::min(rows, cols), 9), engine);
    const Vector in_range = j * (j.transpose() * random_vector(rows, engine));
    for (const double tau : {1.1e-5, 1.1e-6, 1.1e-8}) {
      const PartialInverseOptions options{.kappa = 0.5, .tau = tau, .accuracy = 1e-9, .kernel = "two-level"};
      const PartialInverseResult result = run_kernel(j, in_range, options);
      EXPECT_EQ(result.kernel, "two-level") << result.reason;
      EXPECT_LT(relative_difference(result.direction, reference_partial_inverse(j, in_range, 0.5, tau)), 1e-9);
      EXPECT_LE(result.error_estimate, 1e-9);
    }
  }
}

TEST(TwoLevelKernel, ResolvesEverySingularValueOfTenDecades) {
  std::mt19937_64 engine(12);
  const Vector values = decaying(60, 10);
  const Matrix j = with_singular_values(60, 150, values, engine);
  const PartialInverseResult result =
      run_kernel(j, random_vector(60, engine), {.tau = 0.9e-10, .accuracy = 1e-3, .kernel = "two-level"});
  EXPECT_EQ(result.kernel, "two-level") << result.reason;
  EXPECT_EQ(result.kept_rank, 60);
  ASSERT_EQ(result.singular_values.size(), 60);
  // Round-off of J moves a value by eps s_max, a level by eps / 1e-6 of it; one Gram matrix loses all below 1e-8.
  for (Index i = 0; i < 60; ++i) EXPECT_NEAR(result.singular_values[i], values[i], 1e-9 * values[i] + 1e-15);
  EXPECT_NEAR(result.singular_min_kept, 1e-10, 1e-14);
}

TEST(TwoLevelKernel, NeedsBlockProductsButNoJacobian) {
  std::mt19937_64 engine(13);
  const Matrix j = with_singular_values(40, 80, decaying(40, 9), engine);
  const Vector g = j * random_vector(80, engine);
  BlockOnly jacobian(j);
  const PartialInverseResult result =
      partial_inverse(jacobian, g, {.tau = 1.1e-7, .accuracy = 1e-8, .kernel = "two-level"});
  EXPECT_EQ(result.kernel, "two-level");
  EXPECT_GE(jacobian.blocks, 1);
  EXPECT_LT(relative_difference(result.direction, reference_partial_inverse(j, g, 0.5, 1.1e-7)), 1e-8);
}

// Forty values in a decade around the largest, ten above the cut where one Gram matrix has lost its digits, and many
// far below.
Vector with_a_tail(Index count) {
  Vector values(count);
  for (Index i = 0; i < count; ++i) {
    const auto x = static_cast<double>(i);
    values[i] = std::pow(10.0, i < 40 ? -x / 40 : i < 50 ? -4 - (x - 40) / 10 : -9 - x / 100);
  }
  return values;
}

TEST(TwoLevelKernel, FormsNoImagesOfWhatLiesBelowTheCut) {
  std::mt19937_64 engine(16);
  for (const double kappa : {0.5, 1.0, -0.5}) {
    const Matrix j = with_singular_values(150, 260, with_a_tail(150), engine);
    const Vector g = random_vector(150, engine);
    BlockOnly jacobian(j);
    const PartialInverseOptions options{.kappa = kappa, .tau = 1.1e-5, .accuracy = 1e-4, .kernel = "two-level"};
    const PartialInverseResult wide = partial_inverse(jacobian, g, options);
    EXPECT_EQ(wide.kernel, "two-level") << wide.reason;
    EXPECT_EQ(wide.kept_rank, 50);
    EXPECT_EQ(jacobian.vectors, 10);
    EXPECT_EQ(wide.singular_values.size(), 150);
    EXPECT_TRUE(std::is_sorted(wide.singular_values.begin(), wide.singular_values.end(), std::greater<>()));
    // Without the rotation into what lies below it would be 1.5e-7 to 3.3e-7 for positive kappa.
    const Vector reference = reference_partial_inverse(j, g, kappa, 1.1e-5);
    EXPECT_LT(relative_difference(wide.direction, reference), 2e-9) << kappa;
    EXPECT_LT(wide.error_estimate, 1e-7);
    const Matrix tall = j.transpose();
    const Vector long_g = random_vector(260, engine);
    const PartialInverseResult other = run_kernel(tall, long_g, options);
    EXPECT_EQ(other.kernel, "two-level") << other.reason;
    EXPECT_LT(relative_difference(other.direction, reference_partial_inverse(tall, long_g, kappa, 1.1e-5)), 2e-9);
  }
}

// What lies below reaches the images by its singular values, whichever side J is tall on: 1e-2 of those above the cut
// here, so that a hundredth of the rotation remains where that is left out, and twice as much where it has the wrong
// sign.
TEST(TwoLevelKernel, CorrectsTheImagesOfWhatIsKept) {
  std::mt19937_64 engine(18);
  Vector values(60);
  for (Index i = 0; i < 60; ++i) values[i] = i < 30 ? 1 - static_cast<double>(i) / 60 : i < 40 ? 3e-5 : 3e-7;
  for (const double kappa : {1.0, 0.5}) {
    for (const bool wide : {true, false}) {
      const Matrix j =
          wide ? with_singular_values(60, 90, values, engine) : with_singular_values(90, 60, values, engine);
      const Vector g = random_vector(j.rows(), engine);
      const PartialInverseResult result =
          run_kernel(j, g, {.kappa = kappa, .tau = 1e-5, .accuracy = 1e-4, .kernel = "two-level"});
      EXPECT_EQ(result.kernel, "two-level") << result.reason;
      EXPECT_EQ(result.kept_rank, 40);
      EXPECT_LT(relative_difference(result.direction, reference_partial_inverse(j, g, kappa, 1e-5)), 3e-10)
          << kappa << (wide ? " wide" : " tall");
    }
  }
}

TEST(TwoLevelKernel, FormsThemWhereTheAskedAccuracyNeedsThem) {
  std::mt19937_64 engine(17);
  const Matrix j = with_singular_values(150, 260, with_a_tail(150), engine);
  const Vector g = random_vector(150, engine);
  BlockOnly jacobian(j);
  (void)partial_inverse(jacobian, g, {.tau = 1.1e-5, .accuracy = 1e-13, .kernel = "two-level"});
  EXPECT_EQ(jacobian.vectors, 110);
}

TEST(TwoLevelKernel, StopsWhereAnotherKernelWouldDoNoBetter) {
  std::mt19937_64 engine(14);
  const Matrix j = with_singular_values(40, 80, decaying(40, 9), engine);
  // A right-hand side of equal weights at 1e-9: round-off of J alone costs about 1e-8.
  const PartialInverseResult result =
      run_kernel(j, random_vector(40, engine), {.tau = 0.9e-9, .accuracy = 1e-12, .kernel = "two-level"});
  EXPECT_EQ(result.kernel, "two-level");
  EXPECT_GT(result.error_estimate, 1e-12);
  EXPECT_GT(result.error_floor, 0.5 * result.error_estimate);
}

TEST(JacobianOperator, BlockProductsDefaultToOneVectorAtATime) {
  std::mt19937_64 engine(15);
  const Matrix j = with_singular_values(5, 8, decaying(5, 1), engine);
  BlockOnly jacobian(j);
  DenseJacobian dense(j);
  const Matrix v = random_orthonormal(8, 3, engine);
  const Matrix w = random_orthonormal(5, 3, engine);
  EXPECT_LT((jacobian.times_many(v) - j * v).norm(), 1e-14);
  EXPECT_LT((dense.times_many(v) - j * v).norm(), 1e-14);
  EXPECT_LT((dense.transpose_times_many(w) - j.transpose() * w).norm(), 1e-14);
  EXPECT_LT((jacobian.JacobianOperator::transpose_times_many(w) - j.transpose() * w).norm(), 1e-14);
  EXPECT_EQ(dense.times_many(Matrix(8, 0)).cols(), 0);
}

}  // namespace
}  // namespace physgrad::testing
