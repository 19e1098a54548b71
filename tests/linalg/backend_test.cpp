// Back ends against each other, every kernel on every one of them, and what the wall of `debug` stops.
#include "physgrad/linalg/backend.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <stdexcept>

#include "every_kernel.hpp"
#include "physgrad/linalg/block_lower.hpp"
#include "physgrad/linalg/damped_solve.hpp"
#include "physgrad/linalg/debug_backend.hpp"
#include "physgrad/linalg/kernel_table.hpp"
#include "physgrad/linalg/kernels/structured.hpp"
#include "physgrad/linalg/thin_svd.hpp"
#include "spectra.hpp"

namespace physgrad::testing {
namespace {

Matrix random_matrix(Index rows, Index cols, std::mt19937_64& engine) {
  return random_vector(rows * cols, engine).reshaped(rows, cols);
}

TEST(Backend, SaysWhichThereAre) {
  for (const std::string_view name : backend_names()) EXPECT_EQ(backend(name).name(), name);
  EXPECT_NE(default_backend().name(), "debug");
  for (const std::string name : {"cuda", "lapack"}) {
    if (name == "lapack" && default_backend().name() == "lapack") continue;
    try {
      (void)backend(name);
      FAIL() << name;
    } catch (const std::invalid_argument& error) {
      const std::string expected = name == "cuda" ? "'cuda' is unknown, expected one of: eigen" : "was not built";
      EXPECT_NE(std::string(error.what()).find(expected), std::string::npos) << error.what();
    }
  }
}

class EveryBackend : public ::testing::TestWithParam<std::string_view> {
 protected:
  [[nodiscard]] const Backend& tested() const { return backend(GetParam()); }
};

TEST_P(EveryBackend, Multiplies) {
  std::mt19937_64 engine(1);
  for (const Index n : {0, 1, 3, 40}) {
    const Matrix large = random_matrix(50, 60, engine);
    const auto a = large.block(3, 5, 7, 9);
    const Matrix b = random_matrix(9, n, engine), c = random_matrix(7, n, engine);
    Matrix product(7, n), transposed(9, n), square(7, 7), other(9, 9);
    tested().multiply(a, false, b, product);
    EXPECT_LT((product - a * b).norm(), 1e-12);
    tested().multiply(a, true, c, transposed);
    EXPECT_LT((transposed - a.transpose() * c).norm(), 1e-12);
    tested().gram(a, false, square);
    EXPECT_LT((square - a * a.transpose()).norm(), 1e-12);
    tested().gram(a, true, other);
    EXPECT_LT((other - a.transpose() * a).norm(), 1e-12);
  }
}

TEST_P(EveryBackend, Decomposes) {
  std::mt19937_64 engine(3);
  for (const Index n : {1, 5, 31, 32, 60}) {
    const Matrix tall = random_matrix(n + 7, n, engine);
    Matrix qr = tall;
    Vector scales(n), rotated = random_vector(n + 7, engine);
    tested().qr(qr, scales);
    const Matrix r = qr.topRows(n).triangularView<Eigen::Upper>();
    EXPECT_LT((r.transpose() * r - tall.transpose() * tall).norm(), 1e-10 * tall.squaredNorm());
    const Vector x = rotated;
    tested().apply_q(qr, scales, true, rotated);
    EXPECT_LT((rotated.head(n) - r.transpose().triangularView<Eigen::Lower>().solve(tall.transpose() * x)).norm(),
              1e-7);
    tested().apply_q(qr, scales, false, rotated);
    EXPECT_LT((rotated - x).norm(), 1e-12);

    const Matrix k = tall.transpose() * tall;
    Matrix vectors = k, factor = k;
    Vector values(n);
    ASSERT_TRUE(tested().symmetric_eigen(vectors, values));
    EXPECT_LT((vectors * values.asDiagonal() * vectors.transpose() - k).norm(), 1e-12 * k.norm());
    EXPECT_TRUE(std::is_sorted(values.begin(), values.end()));
    Vector diagonal = k.diagonal(), subdiagonal = k.diagonal(-1);
    Matrix t = diagonal.asDiagonal();
    t.diagonal(-1) = subdiagonal;
    t.diagonal(1) = subdiagonal;
    ASSERT_TRUE(tested().tridiagonal_eigen(diagonal, subdiagonal, vectors));
    EXPECT_LT((vectors * diagonal.asDiagonal() * vectors.transpose() - t).norm(), 1e-12 * t.norm());
    EXPECT_LT((vectors.transpose() * vectors - Matrix::Identity(n, n)).norm(), 1e-12);
    EXPECT_TRUE(std::is_sorted(diagonal.begin(), diagonal.end()));
    ASSERT_TRUE(tested().cholesky(factor));
    const Matrix lower = factor.triangularView<Eigen::Lower>();
    EXPECT_LT((lower * lower.transpose() - k).norm(), 1e-12 * k.norm());
    Matrix indefinite = -k;
    EXPECT_FALSE(tested().cholesky(indefinite));

    const ThinSvd svd = thin_svd(tall, tested());
    EXPECT_LT((svd.u * svd.values.asDiagonal() * svd.v.transpose() - tall).norm(), 1e-12 * tall.norm());
  }
}

// Eigenvalues of two clusters seven decades apart: which entries of the subdiagonal are round-off depends on the size
// of the matrix.
TEST_P(EveryBackend, DecomposesTridiagonalMatricesOfEverySize) {
  for (const Index n : {2, 14, 64}) {
    for (const double size : {1e-12, 1e-7, 1.0, 1e9}) {
      Vector diagonal(n), subdiagonal(n - 1);
      for (Index i = 0; i < n; ++i) diagonal[i] = size * (i % 2 == 0 ? 1e-7 : 1.0);
      for (Index i = 0; i + 1 < n; ++i) subdiagonal[i] = size * std::pow(10.0, -10.0 - static_cast<double>(i % 5));
      Matrix t = diagonal.asDiagonal();
      t.diagonal(-1) = subdiagonal;
      t.diagonal(1) = subdiagonal;
      Matrix vectors(n, n);
      ASSERT_TRUE(tested().tridiagonal_eigen(diagonal, subdiagonal, vectors));
      EXPECT_LT((vectors * diagonal.asDiagonal() * vectors.transpose() - t).norm(), 1e-14 * t.norm())
          << n << " " << size;
    }
  }
  Vector empty;
  Matrix none(0, 0);
  EXPECT_TRUE(tested().tridiagonal_eigen(empty, empty, none));
}

// The answer on 90 x 150, on its transpose, in single precision where there is, by kernel.
std::vector<Vector> answers(const KernelEntry& entry, const Backend& on) {
  std::mt19937_64 engine(4);
  const Matrix wide = with_singular_values(90, 150, decaying(90, 3), engine);
  std::vector<Vector> result;
  for (const Matrix& j : {wide, Matrix(wide.transpose())}) {
    const Vector g = random_vector(j.rows(), engine);
    for (const char* precision : {"double", "mixed", "single"}) {
      if (precision == std::string("single") && entry.run_single == nullptr) continue;
      const PartialInverseOptions options{
          .tau = 2.1e-2, .accuracy = 1e-6, .kernel = entry.name, .precision = precision, .backend = &on};
      DenseJacobian jacobian(j, on);
      const PartialInverseResult answer = partial_inverse(jacobian, g, options);
      EXPECT_EQ(answer.kernel, entry.name) << answer.reason;
      result.push_back(answer.direction);
    }
  }
  return result;
}

Vector band_answer(const Backend& on) {
  std::mt19937_64 engine(5);
  const Matrix j = with_singular_values(90, 150, decaying(90, 3), engine);
  DenseJacobian jacobian(j, on);
  return kernels::structured(jacobian, random_vector(90, engine), {.tau = 2.1e-2, .backend = &on}, kAlways).direction;
}

TEST_P(EveryBackend, GivesEveryKernelTheSameAnswer) {
  const bool same_bits = GetParam() == "debug" || GetParam() == default_backend().name();
  const auto compare = [&](const Vector& actual, const Vector& expected, const std::string& what) {
    EXPECT_LT(relative_difference(actual, expected), 1e-3) << what;
    if (same_bits) {
      EXPECT_EQ(actual, expected) << what;
    }
  };
  for (const KernelEntry* entry : kernel_table()) {
    const std::vector<Vector> actual = answers(*entry, tested()), expected = answers(*entry, default_backend());
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) compare(actual[i], expected[i], entry->name + std::to_string(i));
  }
  compare(band_answer(tested()), band_answer(default_backend()), "band");
  std::mt19937_64 engine(6);
  const Matrix j = with_singular_values(20, 30, decaying(20, 2), engine);
  const Vector g = random_vector(20, engine);
  DenseJacobian jacobian(j, tested()), plain(j);
  compare(damped_solve(jacobian, g, 1e-3, tested()).direction, damped_solve(plain, g, 1e-3).direction, "damped");
}

TEST_P(EveryBackend, SaysWhatItsSvdTakes) {
  EXPECT_GE(tested().svd_bytes(50, 400), 8 * (2 * 50 * 400 + 50 * 50));
  const double by_kernel = kernel_entry("svd").bytes({50, 400}, {.backend = &tested()});
  EXPECT_EQ(by_kernel, tested().svd_bytes(50, 400) + 8 * 50 * 400);
}

INSTANTIATE_TEST_SUITE_P(Backends, EveryBackend, ::testing::ValuesIn(backend_names()),
                         [](const auto& tested) { return std::string(tested.param); });

/// Hands over to the default and remembers what it was given.
class Recorder final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "recorder"; }
  [[nodiscard]] std::span<const SvdDriver> svd_drivers() const override {
    static constexpr SvdDriver kDrivers[] = {SvdDriver::divide_and_conquer};
    return kDrivers;
  }
  [[nodiscard]] bool svd(SvdDriver driver, MatrixBlock a, MatrixBlock u, VectorBlock s, MatrixBlock vt) const override {
    note("svd", a.data());
    return inner_.svd(driver, a, u, s, vt);
  }
  [[nodiscard]] bool svd(SvdDriver driver, BasicMatrixBlock<float> a, BasicMatrixBlock<float> u,
                         BasicVectorBlock<float> s, BasicMatrixBlock<float> vt) const override {
    note("svd in single precision", a.data());
    return inner_.svd(driver, a, u, s, vt);
  }
  [[nodiscard]] double svd_bytes(Index rows, Index cols) const override { return inner_.svd_bytes(rows, cols); }
  void qr(MatrixBlock a, VectorBlock scales) const override {
    note("qr", a.data());
    inner_.qr(a, scales);
  }
  void apply_q(const ConstMatrixBlock& qr, const ConstVectorBlock& scales, bool transposed,
               VectorBlock x) const override {
    note("apply_q", x.data());
    inner_.apply_q(qr, scales, transposed, x);
  }
  [[nodiscard]] bool symmetric_eigen(MatrixBlock a, VectorBlock values) const override {
    note("symmetric_eigen", a.data());
    return inner_.symmetric_eigen(a, values);
  }
  [[nodiscard]] bool tridiagonal_eigen(VectorBlock diagonal, VectorBlock subdiagonal,
                                       MatrixBlock vectors) const override {
    note("tridiagonal_eigen", vectors.data());
    return inner_.tridiagonal_eigen(diagonal, subdiagonal, vectors);
  }
  [[nodiscard]] bool cholesky(MatrixBlock a) const override {
    note("cholesky", a.data());
    return inner_.cholesky(a);
  }
  void gram(const ConstMatrixBlock& a, bool transposed, MatrixBlock gram) const override {
    note("gram", a.data());
    inner_.gram(a, transposed, gram);
  }
  void multiply(const ConstMatrixBlock& a, bool transposed, const ConstMatrixBlock& b,
                MatrixBlock product) const override {
    note("multiply", a.data());
    inner_.multiply(a, transposed, b, product);
  }
  mutable std::set<std::string> called;
  mutable std::set<const void*> seen;

 private:
  void note(const char* what, const void* data) const {
    called.insert(what);
    seen.insert(data);
  }
  const Backend& inner_ = default_backend();
};

TEST(DebugBackend, IsWhatTheKernelsWorkThrough) {
  const Recorder recorder;
  const DebugBackend debug(recorder);
  std::mt19937_64 engine(7);
  const Matrix j = with_singular_values(90, 150, decaying(90, 9), engine);
  const Vector g = j * random_vector(150, engine);
  DenseJacobian jacobian(j, debug);
  for (const KernelEntry* entry : kernel_table())
    for (const char* precision : {"double", "single"})
      if (precision == std::string("double") || entry->run_single != nullptr)
        (void)partial_inverse(jacobian, g,
                              {.tau = 1.1e-7, .kernel = entry->name, .precision = precision, .backend = &debug});
  (void)kernels::structured(jacobian, g, {.tau = 2.1e-2, .backend = &debug}, kAlways);
  (void)damped_solve(jacobian, g, 1, debug);
  std::set<std::string> expected{"qr", "apply_q", "tridiagonal_eigen", "cholesky", "gram", "multiply"};
  if (!default_backend().svd_drivers().empty()) expected.insert({"svd", "svd in single precision"});
  for (const std::string& call : expected) EXPECT_TRUE(recorder.called.contains(call)) << call;
  EXPECT_FALSE(recorder.seen.contains(j.data())) << "an array crossed the wall";
}

/// Multiplies, and does what the mistake says beside it.
enum class Mistake { none, behind, far_behind, before, between, input };

class Mistaken final : public Backend {
 public:
  explicit Mistaken(Mistake mistake) : mistake_(mistake) {}
  [[nodiscard]] std::string_view name() const override { return "mistaken"; }
  [[nodiscard]] std::span<const SvdDriver> svd_drivers() const override { return {}; }
  [[nodiscard]] bool svd(SvdDriver, MatrixBlock, MatrixBlock, VectorBlock, MatrixBlock) const override { return false; }
  [[nodiscard]] bool svd(SvdDriver, BasicMatrixBlock<float>, BasicMatrixBlock<float>, BasicVectorBlock<float>,
                         BasicMatrixBlock<float>) const override {
    return false;
  }
  [[nodiscard]] double svd_bytes(Index, Index) const override { return 0; }
  void qr(MatrixBlock, VectorBlock) const override {}
  void apply_q(const ConstMatrixBlock&, const ConstVectorBlock&, bool, VectorBlock) const override {}
  [[nodiscard]] bool symmetric_eigen(MatrixBlock, VectorBlock) const override { return false; }
  [[nodiscard]] bool tridiagonal_eigen(VectorBlock, VectorBlock, MatrixBlock) const override { return false; }
  [[nodiscard]] bool cholesky(MatrixBlock) const override { return false; }
  void gram(const ConstMatrixBlock&, bool, MatrixBlock) const override {}
  void multiply(const ConstMatrixBlock& a, bool transposed, const ConstMatrixBlock& b,
                MatrixBlock product) const override {
    default_backend().multiply(a, transposed, b, product);
    double* const data = product.data();
    const Index stride = product.outerStride();
    double* const end = data + (product.cols() - 1) * stride + product.rows();
    if (mistake_ == Mistake::behind) *end = 0;
    if (mistake_ == Mistake::far_behind) end[8] = 0;  // no alignment leaves so much before the page
    if (mistake_ == Mistake::before) data[-1] = 0;
    if (mistake_ == Mistake::between) data[product.rows()] = 0;
    if (mistake_ == Mistake::input) const_cast<double*>(a.data())[0] = 0;
  }

 private:
  Mistake mistake_;
};

/// 8 x 8 times 8 x 8 into a block of a larger matrix, whose rest stays as it was.
void multiply_by(Mistake mistake) {
  const Mistaken mistaken(mistake);
  const Matrix a = Matrix::Identity(8, 8), b = Matrix::Constant(8, 8, 2);
  Matrix large = Matrix::Zero(16, 8);
  DebugBackend(mistaken).multiply(a, false, b, large.topRows(8));
  EXPECT_EQ(large.topRows(8), b);
  EXPECT_TRUE(large.bottomRows(8).isZero(0));
}

TEST(DebugBackend, StopsWhatADeviceWouldNotForgive) {
  EXPECT_NO_THROW(multiply_by(Mistake::none));
  EXPECT_THROW(multiply_by(Mistake::between), std::logic_error);
  EXPECT_THROW(multiply_by(Mistake::before), std::logic_error);
}

TEST(DebugBackendDeathTest, EndsAtThePageBehindAndAtAnInputThatIsWritten) {
  // OpenBLAS may have a thread of its own, which a mere fork would lose.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(multiply_by(Mistake::far_behind), "");
  EXPECT_DEATH(multiply_by(Mistake::input), "");
}

TEST(DebugBackend, SeesAnOverrunOfAnArrayThatEndsOffThePage) {
  // Three rows: the alignment leaves room behind the last entry, which is watched.
  const Mistaken mistaken(Mistake::behind);
  const Matrix a = Matrix::Identity(3, 3), b = Matrix::Ones(3, 1);
  Matrix product(3, 1);
  EXPECT_THROW(DebugBackend(mistaken).multiply(a, false, b, product), std::logic_error);
}

}  // namespace
}  // namespace physgrad::testing
