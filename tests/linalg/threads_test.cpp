// What several threads compute: what one does, to round-off, and the same bits every time.
#include <gtest/gtest.h>

#include <cmath>

#include "every_kernel.hpp"
#include "physgrad/core/parallel.hpp"
#include "physgrad/linalg/damped_solve.hpp"
#include "physgrad/linalg/half_cholesky.hpp"
#include "physgrad/linalg/shared_products.hpp"
#include "spectra.hpp"

namespace physgrad::testing {
namespace {

constexpr int kThreads = 3;

class ThreadedKernels : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Kernels, ThreadedKernels, ::testing::ValuesIn(all_kernels()), kernel_test_name);

TEST_P(ThreadedKernels, AnswerWhatOneThreadDoes) {
  if (!has_threads()) GTEST_SKIP() << "one thread";
  std::mt19937_64 engine(1);
  for (const auto& [rows, cols] : std::vector<std::pair<Index, Index>>{{260, 300}, {300, 260}, {5, 9}, {1, 1}}) {
    const Matrix j = with_singular_values(rows, cols, decaying(std::min(rows, cols), 4), engine);
    const Vector g = random_vector(rows, engine);
    PartialInverseOptions options{.tau = 1e-3, .kernel = GetParam()};
    const Vector one = run_kernel(j, g, options).direction;
    options.threads = kThreads;
    const Vector several = run_kernel(j, g, options).direction;
    EXPECT_LE(relative_difference(several, one), 1e-7) << rows << " x " << cols;
    EXPECT_EQ(run_kernel(j, g, options).direction, several) << rows << " x " << cols;
  }
}

TEST(ThreadedKernels, ReduceToABandAsOneThreadDoes) {
  std::mt19937_64 engine(2);
  const Matrix j = with_singular_values(150, 200, decaying(150, 4), engine);
  const Vector g = random_vector(150, engine);
  const auto run = [&](int threads) {
    DenseJacobian jacobian(j);
    jacobian.use_threads(threads);
    return kernels::structured(jacobian, g, {.tau = 1e-3, .threads = threads}, kAlways).direction;
  };
  const Vector several = run(kThreads);
  EXPECT_LE(relative_difference(several, run(1)), 1e-7);
  EXPECT_EQ(run(kThreads), several);
}

TEST(ThreadedKernels, RefuseNoThreads) {
  EXPECT_THROW((void)run_kernel(Matrix::Ones(2, 3), Vector::Ones(2), {.threads = 0}), std::invalid_argument);
  const Matrix j = Matrix::Ones(2, 3);
  EXPECT_THROW(DenseJacobian(j).use_threads(0), std::invalid_argument);
}

TEST(ThreadedKernels, LeaveALibraryAsItWas) {
  std::mt19937_64 engine(8);
  const Matrix j = with_singular_values(260, 300, decaying(260, 4), engine);
  const int before = default_backend().use_threads(1);
  (void)run_kernel(j, random_vector(260, engine), {.tau = 1e-3, .kernel = "svd", .threads = 2});
  EXPECT_EQ(default_backend().use_threads(1), 1);
  EXPECT_EQ(before, 1);
  const BackendThreads scope(default_backend(), 2);
  EXPECT_EQ(default_backend().use_threads(2), default_backend().name() == "lapack" ? 2 : 1);
}

TEST(ThreadedKernels, TakeMoreThreadsThanThereAreRows) {
  std::mt19937_64 engine(9);
  for (const Index n : {1, 2, 9}) {
    const Matrix a = with_singular_values(n, n, decaying(n, 1), engine);
    const Matrix k = a * a.transpose();
    const Vector x = random_vector(n, engine);
    EXPECT_LE(
        relative_difference(HalfCholesky(block_lower(k, HalfCholesky::kWidth), default_backend(), 20).solve(k * x), x),
        1e-9);
  }
}

TEST(SharedProducts, AreThoseOfOneThread) {
  std::mt19937_64 engine(3);
  for (const Index n : {5, 40, 130}) {
    const Matrix a = Matrix::NullaryExpr(n, 90, [&] { return std::normal_distribution<double>()(engine); });
    const Matrix b = Matrix::NullaryExpr(90, n, [&] { return std::normal_distribution<double>()(engine); });
    Matrix product(n, n), transposed(90, 90), gram(n, n), other(90, 90);
    multiply(default_backend(), kThreads, a, false, b, product);
    EXPECT_LE((product - a * b).norm(), 1e-13 * product.norm());
    multiply(default_backend(), kThreads, a, true, a, transposed);
    EXPECT_LE((transposed - a.transpose() * a).norm(), 1e-13 * transposed.norm());
    multiply_itself(default_backend(), kThreads, a, false, gram);
    EXPECT_LE((gram - a * a.transpose()).norm(), 1e-13 * gram.norm());
    multiply_itself(default_backend(), kThreads, a, true, other);
    EXPECT_LE((other - a.transpose() * a).norm(), 1e-13 * other.norm());
  }
}

Matrix positive(Index n, std::mt19937_64& engine) {
  const Matrix a = Matrix::NullaryExpr(n, n, [&] { return std::normal_distribution<double>()(engine); });
  return a * a.transpose() + Matrix::Identity(n, n);
}

TEST(HalfCholesky, SolvesAtSizesBesideItsBlocks) {
  std::mt19937_64 engine(4);
  for (const Index n : {1, 2, 7, 8, 9, 63, 64, 65, 71, 72, 73, 128, 129, 200}) {
    Matrix a = positive(n, engine);
    const Vector x = random_vector(n, engine), rhs = a * x;
    a.triangularView<Eigen::StrictlyUpper>().setConstant(std::nan(""));  // only the lower triangle may be read
    for (const int threads : {1, 2, kThreads}) {
      const HalfCholesky factor(block_lower(a, HalfCholesky::kWidth), default_backend(), threads);
      ASSERT_TRUE(factor.valid()) << n;
      const Vector solution = factor.solve(rhs);
      EXPECT_LE(relative_difference(solution, x), 1e-10) << n << ", " << threads << " threads";
      const HalfCholesky again(block_lower(a, HalfCholesky::kWidth), default_backend(), threads);
      EXPECT_EQ(again.solve(rhs), solution) << n << ", " << threads << " threads";
    }
  }
}

TEST(HalfCholesky, SaysWhatIsNotPositiveDefinite) {
  std::mt19937_64 engine(5);
  for (const Index n : {10, 70, 200})
    for (const Index where : {Index{0}, n / 2, n - 1})
      for (const int threads : {1, kThreads}) {
        Matrix a = positive(n, engine);
        a(where, where) = -1;
        EXPECT_FALSE(HalfCholesky(block_lower(a, HalfCholesky::kWidth), default_backend(), threads).valid());
      }
  EXPECT_THROW((void)HalfCholesky(block_lower(Matrix::Identity(9, 9), 8), default_backend(), 1), std::invalid_argument);
}

TEST(ThreadedDampedSolve, AnswersWhatOneThreadDoes) {
  std::mt19937_64 engine(6);
  for (const auto& [rows, cols] : std::vector<std::pair<Index, Index>>{{260, 300}, {300, 260}}) {
    const Matrix j = with_singular_values(rows, cols, decaying(260, 4), engine);
    const Vector g = random_vector(rows, engine);
    const auto run = [&](int threads) {
      DenseJacobian jacobian(j);
      jacobian.use_threads(threads);
      return damped_solve(jacobian, g, 1e-3);
    };
    const DampedSolution one = run(1), several = run(kThreads);
    EXPECT_LE(relative_difference(several.direction, one.direction), 1e-11);
    EXPECT_LE(relative_difference(several.weights, one.weights), 1e-11);
    EXPECT_EQ(run(kThreads).direction, several.direction);
  }
}

}  // namespace
}  // namespace physgrad::testing
