// Identities every kernel must satisfy, on every shape and spectrum.
#include "physgrad/linalg/partial_inverse.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "every_kernel.hpp"
#include "physgrad/linalg/kernel_table.hpp"
#include "physgrad/linalg/small_partial_inverse.hpp"
#include "spectra.hpp"

namespace physgrad::testing {
namespace {

struct MatrixShape {
  Index rows;
  Index cols;
};

const std::vector<MatrixShape> kShapes{{6, 6}, {5, 13}, {13, 5}, {1, 9}, {9, 1}, {1, 1}, {40, 90}, {70, 40}};

class EveryKernel : public ::testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] PartialInverseOptions options(double kappa, double tau) const {
    return {.kappa = kappa, .tau = tau, .accuracy = 1e-6, .kernel = GetParam()};
  }
  std::mt19937_64 engine_{20240611};
};

// The partial inverse as a matrix, column by column.
Matrix as_matrix(const Matrix& j, const PartialInverseOptions& options) {
  Matrix result(j.cols(), j.rows());
  for (Index k = 0; k < j.rows(); ++k) result.col(k) = run_kernel(j, Vector::Unit(j.rows(), k), options).direction;
  return result;
}

TEST_P(EveryKernel, AgreesWithTheExtendedReference) {
  for (const auto& [rows, cols] : kShapes) {
    for (const double decades : {1.0, 3.0, 5.0}) {
      const Matrix j = with_singular_values(rows, cols, decaying(std::min(rows, cols), decades), engine_);
      const Vector g = random_vector(rows, engine_);
      for (const double kappa : {-1.0, -0.4, 0.0, 0.5, 0.7, 1.0}) {
        // Spectra are equally spaced in the logarithm; this threshold lies between two values.
        const double tau = 1.3e-4;
        const PartialInverseResult result = run_kernel(j, g, options(kappa, tau));
        const Vector expected = reference_partial_inverse(j, g, kappa, tau);
        EXPECT_LT(relative_difference(result.direction, expected), 1e-6)
            << rows << " x " << cols << ", decades " << decades << ", kappa " << kappa << ", ran " << result.kernel;
        EXPECT_LE(result.error_estimate, 1e-6);
      }
    }
  }
}

TEST_P(EveryKernel, KappaOneIsThePseudoInverse) {
  for (const auto& [rows, cols] : std::vector<MatrixShape>{{6, 6}, {5, 13}, {13, 5}, {1, 9}, {9, 1}}) {
    const Index rank = std::max<Index>(1, std::min(rows, cols) - 2);
    Vector values = decaying(std::min(rows, cols), 2);
    values.tail(values.size() - rank).setZero();
    const Matrix j = with_singular_values(rows, cols, values, engine_);
    const Matrix inverse = as_matrix(j, options(1.0, 1e-5));
    EXPECT_LT((j * inverse * j - j).norm(), 1e-8);
    EXPECT_LT((inverse * j * inverse - inverse).norm(), 1e-8 * inverse.norm());
    EXPECT_LT((j * inverse - (j * inverse).transpose()).norm(), 1e-8);
    EXPECT_LT((inverse * j - (inverse * j).transpose()).norm(), 1e-8);
  }
}

TEST_P(EveryKernel, KappaZeroIsThePolarFactorAndMinusOneTheAdjoint) {
  for (const auto& [rows, cols] : std::vector<MatrixShape>{{6, 6}, {5, 13}, {13, 5}}) {
    const Matrix j = with_singular_values(rows, cols, decaying(5, 2), engine_);
    const Matrix polar = as_matrix(j, options(0.0, 1e-5));
    // Unit gain on the row space: polar J is the symmetric square root of J^T J.
    const Matrix root = polar * j;
    EXPECT_LT((root - root.transpose()).norm(), 1e-9);
    EXPECT_LT((root * root - j.transpose() * j).norm(), 1e-9);
    EXPECT_LT((polar * polar.transpose() * polar - polar).norm(), 1e-9);
    EXPECT_LT((as_matrix(j, options(-1.0, 1e-5)) - j.transpose()).norm(), 1e-9);
  }
}

TEST_P(EveryKernel, HalfInverseIsHalfWayToThePseudoInverse) {
  for (const auto& [rows, cols] : std::vector<MatrixShape>{{6, 6}, {5, 13}, {13, 5}}) {
    const Matrix j = with_singular_values(rows, cols, decaying(5, 2), engine_);
    const Matrix half = as_matrix(j, options(0.5, 1e-5));
    const Matrix polar = as_matrix(j, options(0.0, 1e-5));
    const Matrix inverse = as_matrix(j, options(1.0, 1e-5));
    // V S^{-1/2} U^T (V U^T)^T V S^{-1/2} U^T = V S^{-1} U^T.
    EXPECT_LT((half * polar.transpose() * half - inverse).norm(), 1e-8 * inverse.norm());
  }
}

TEST_P(EveryKernel, DecidesValuesNextToTheThreshold) {
  const double tau = 1e-3;
  for (const auto& [rows, cols] : std::vector<MatrixShape>{{6, 20}, {20, 6}}) {
    for (const double side : {1e-9, -1e-9}) {
      Vector values(6);
      values << 1, 0.3, 0.01, 4e-3, tau * (1 + side), 1e-4;
      const Matrix j = with_singular_values(rows, cols, values, engine_);
      const Vector g = random_vector(rows, engine_);
      const PartialInverseResult result = run_kernel(j, g, options(0.5, tau));
      EXPECT_LT(relative_difference(result.direction, reference_partial_inverse(j, g, 0.5, tau)), 1e-8)
          << result.kernel;
      EXPECT_EQ(result.kept_rank, side > 0 ? 5 : 4);
      EXPECT_NEAR(result.singular_max, 1, 1e-9);
      EXPECT_NEAR(result.singular_min_kept / (side > 0 ? tau : 4e-3), 1, 1e-6);
    }
  }
}

TEST_P(EveryKernel, HandsOverWhatItCannotDeliver) {
  for (const double decades : {8.0, 11.0, 14.0}) {
    const Matrix j = with_singular_values(12, 30, decaying(12, decades), engine_);
    const Vector g = random_vector(12, engine_);
    const double tau = 3.3 * std::pow(10.0, -0.7 * decades);
    PartialInverseOptions wanted = options(0.5, tau);
    wanted.accuracy = 1e-3;
    const PartialInverseResult result = run_kernel(j, g, wanted);
    EXPECT_LT(relative_difference(result.direction, reference_partial_inverse(j, g, 0.5, tau)), 1e-2) << result.kernel;
    if (GetParam() != "auto" && result.kernel != GetParam()) {
      EXPECT_NE(result.reason.find("takes over"), std::string::npos);
    }
  }
}

TEST_P(EveryKernel, KeepsClusteredDirections) {
  Vector values(12);
  values << 1, 1, 1, 1 - 1e-12, 0.1, 0.1, 0.1, 0.1 + 1e-13, 1e-3, 1e-3, 1e-3, 1e-3;
  for (const auto& [rows, cols] : std::vector<MatrixShape>{{12, 30}, {30, 12}}) {
    const Matrix j = with_singular_values(rows, cols, values, engine_);
    const Vector g = random_vector(rows, engine_);
    const PartialInverseResult result = run_kernel(j, g, options(0.5, 1e-2));
    EXPECT_LT(relative_difference(result.direction, reference_partial_inverse(j, g, 0.5, 1e-2)), 1e-9);
    // One vector finds one direction of a cluster: that of its own component.
    if (result.kernel != "krylov") {
      EXPECT_EQ(result.kept_rank, 8);
    }
  }
}

TEST_P(EveryKernel, ZeroTauDropsOnlyRoundOff) {
  Vector values(5);
  values << 1, 0.5, 0.2, 0, 0;
  for (const auto& [rows, cols] : std::vector<MatrixShape>{{5, 13}, {13, 5}}) {
    const Matrix j = with_singular_values(rows, cols, values, engine_);
    const Vector g = random_vector(rows, engine_);
    const PartialInverseResult result = run_kernel(j, g, options(1.0, 0.0));
    EXPECT_EQ(result.kept_rank, 3) << result.kernel;
    EXPECT_LT(relative_difference(result.direction, reference_partial_inverse(j, g, 1.0, 0.0)), 1e-9) << result.kernel;
  }
}

TEST_P(EveryKernel, ScalesWithoutOverflow) {
  const Matrix j = with_singular_values(5, 9, decaying(5, 2), engine_);
  const Vector g = random_vector(5, engine_);
  const Vector expected = reference_partial_inverse(j, g, 0.5, 1e-6);
  for (const double scale : {1e-200, 1e-20, 1e20, 1e200}) {
    const PartialInverseResult result = run_kernel(scale * j, g, options(0.5, 1e-6));
    EXPECT_LT(relative_difference(result.direction * std::sqrt(scale), expected), 1e-8)
        << scale << " " << result.kernel;
  }
}

TEST_P(EveryKernel, ZeroMatrixAndZeroGradientGiveZero) {
  for (const auto& [rows, cols] : std::vector<MatrixShape>{{4, 7}, {7, 4}, {0, 3}, {3, 0}}) {
    const PartialInverseResult zero =
        run_kernel(Matrix::Zero(rows, cols), random_vector(rows, engine_), options(0.5, 1e-6));
    EXPECT_EQ(zero.direction, Vector::Zero(cols));
    EXPECT_EQ(zero.kept_rank, 0);
  }
  const Matrix j = with_singular_values(4, 7, decaying(4, 1), engine_);
  EXPECT_EQ(run_kernel(j, Vector::Zero(4), options(0.5, 1e-6)).direction, Vector::Zero(7));
}

TEST_P(EveryKernel, NonFiniteInputGivesNonFiniteDirection) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    for (const auto& [rows, cols] : std::vector<MatrixShape>{{6, 11}, {11, 6}, {50, 60}}) {
      Matrix j = with_singular_values(rows, cols, decaying(std::min(rows, cols), 2), engine_);
      Vector g = random_vector(rows, engine_);
      g[1] = bad;
      EXPECT_FALSE(run_kernel(j, g, options(0.5, 1e-6)).direction.allFinite());
      g[1] = 1;
      j(2, 1) = bad;
      EXPECT_FALSE(run_kernel(j, g, options(0.5, 1e-6)).direction.allFinite());
    }
  }
}

TEST_P(EveryKernel, RejectsInvalidArguments) {
  const Matrix j = Matrix::Identity(3, 4);
  const Vector g = Vector::Ones(3);
  EXPECT_THROW((void)run_kernel(j, Vector::Ones(4), options(0.5, 1e-6)), std::invalid_argument);
  EXPECT_THROW((void)run_kernel(j, g, options(1.5, 1e-6)), std::invalid_argument);
  EXPECT_THROW((void)run_kernel(j, g, options(-1.5, 1e-6)), std::invalid_argument);
  EXPECT_THROW((void)run_kernel(j, g, options(std::nan(""), 1e-6)), std::invalid_argument);
  EXPECT_THROW((void)run_kernel(j, g, options(0.5, 1.0)), std::invalid_argument);
  EXPECT_THROW((void)run_kernel(j, g, options(0.5, -1e-9)), std::invalid_argument);
  PartialInverseOptions unasked = options(0.5, 1e-6);
  unasked.accuracy = 0;
  EXPECT_THROW((void)run_kernel(j, g, unasked), std::invalid_argument);
}

INSTANTIATE_TEST_SUITE_P(PartialInverse, EveryKernel, ::testing::ValuesIn(all_kernels()), kernel_test_name);

TEST(PartialInverse, NamesTheKnownKernelsWhenOneIsUnknown) {
  PartialInverseOptions options;
  options.kernel = "qr";
  try {
    (void)run_kernel(Matrix::Identity(2, 2), Vector::Ones(2), options);
    FAIL() << "expected std::invalid_argument";
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("qr-svd"), std::string::npos);
  }
}

TEST(PartialInverse, AutoSaysWhatItChoseAndWhy) {
  std::mt19937_64 engine(3);
  const Matrix j = with_singular_values(8, 20, decaying(8, 3), engine);
  const PartialInverseResult result = run_kernel(j, random_vector(8, engine), {});
  EXPECT_NE(result.kernel, "auto");
  EXPECT_FALSE(result.reason.empty());
}

TEST(SmallPartialInverse, AgreesWithTheExtendedReference) {
  std::mt19937_64 engine(4);
  for (const auto& [rows, cols] : kShapes) {
    const Matrix j = with_singular_values(rows, cols, decaying(std::min(rows, cols), 6), engine);
    const Vector g = random_vector(rows, engine);
    for (const double kappa : {-1.0, 0.0, 0.5, 1.0}) {
      const Vector expected = reference_partial_inverse(j, g, kappa, 1.3e-4);
      EXPECT_LT(relative_difference(small_partial_inverse(j, g, kappa, 1.3e-4), expected), 1e-9);
    }
  }
}

TEST(SmallPartialInverse, DecomposesWhatComesAgainOnce) {
  std::mt19937_64 engine(5);
  const Matrix j = with_singular_values(4, 9, decaying(4, 2), engine);
  Matrix other = j;
  other(2, 3) = std::nextafter(j(2, 3), 1.0);
  std::vector<Matrix> all(5, j);  // a run over the end of a group
  for (int k = 0; k < 9; ++k) all.push_back(with_singular_values(4, 9, decaying(4, 2), engine));
  all.insert(all.end(), {j, j, other, j});
  const auto samples = static_cast<Index>(all.size());
  Matrix transposed(9, 4 * samples), x;
  for (Index i = 0; i < samples; ++i) transposed.middleCols(4 * i, 4) = all[static_cast<std::size_t>(i)].transpose();
  const Matrix g = Matrix::NullaryExpr(4, samples, [&] { return std::normal_distribution<double>()(engine); });
  SmallPartialInverse inverse(1, 1e-6);
  inverse.apply(transposed, g, x);
  for (Index i = 0; i < samples; ++i)
    EXPECT_EQ(x.col(i), small_partial_inverse(all[static_cast<std::size_t>(i)], g.col(i), 1, 1e-6)) << i;
  EXPECT_EQ(inverse.decompositions(), 13);
}

TEST(SmallPartialInverse, ASampleThatIsNotFiniteIsAlone) {
  std::mt19937_64 engine(6);
  const Matrix j = with_singular_values(3, 5, decaying(3, 2), engine);
  Matrix transposed(5, 9), x;
  for (Index i = 0; i < 3; ++i) transposed.middleCols(3 * i, 3) = j.transpose();
  transposed(1, 4) = std::numeric_limits<double>::infinity();
  Matrix g = Matrix::Ones(3, 3);
  g(0, 2) = std::nan("");
  SmallPartialInverse(0.5, 1e-6).apply(transposed, g, x);
  EXPECT_EQ(x.col(0), small_partial_inverse(j, Vector::Ones(3), 0.5, 1e-6));
  EXPECT_FALSE(x.col(1).allFinite());
  EXPECT_FALSE(x.col(2).allFinite());
}

TEST(SmallPartialInverse, HoldsWhereNormsAreEqualOrZero) {
  std::mt19937_64 engine(8);
  Matrix equal = Matrix::Identity(4, 6), lacking = with_singular_values(4, 6, decaying(4, 1), engine), twice = lacking;
  lacking.row(2).setZero();
  twice.row(3) = -twice.row(1);
  for (const Matrix& wide : {equal, lacking, twice})
    for (const Matrix& j : {wide, Matrix(wide.transpose())})
      for (const double kappa : {-1.0, 0.0, 0.5, 1.0}) {
        const Vector g = random_vector(j.rows(), engine);
        const Vector expected = reference_partial_inverse(j, g, kappa, 1e-6);
        EXPECT_LT(relative_difference(small_partial_inverse(j, g, kappa, 1e-6), expected), 1e-11) << kappa;
      }
  EXPECT_NEAR(small_partial_inverse(Matrix::Constant(1, 1, 1e-310), Vector::Ones(1), 0, 1e-6)[0], 1, 1e-12);
}

TEST(SmallPartialInverse, HoldsAtEveryScaleAndGrading) {
  std::mt19937_64 engine(7);
  for (const double scale : {1e-140, 1e-3, 1e140})
    for (const auto& [rows, cols] : kShapes) {
      const Matrix j = scale * with_singular_values(rows, cols, decaying(std::min(rows, cols), 13), engine);
      const Vector g = random_vector(rows, engine);
      for (const double kappa : {0.5, 1.0}) {
        const Vector expected = reference_partial_inverse(j, g, kappa, 1.3e-5);
        EXPECT_LT(relative_difference(small_partial_inverse(j, g, kappa, 1.3e-5), expected), 1e-8) << scale;
      }
    }
}

TEST(SmallPartialInverse, HandlesZeroNonFiniteAndInvalidInput) {
  EXPECT_EQ(small_partial_inverse(Matrix::Zero(2, 3), Vector::Ones(2), 0.5, 1e-6), Vector::Zero(3));
  EXPECT_EQ(small_partial_inverse(Matrix(0, 3), Vector(0), 0.5, 1e-6), Vector::Zero(3));
  const Matrix bad = Matrix::Constant(2, 3, std::nan(""));
  EXPECT_FALSE(small_partial_inverse(bad, Vector::Ones(2), 0.5, 1e-6).allFinite());
  EXPECT_THROW((void)small_partial_inverse(bad, Vector::Ones(3), 0.5, 1e-6), std::invalid_argument);
  EXPECT_THROW((void)small_partial_inverse(bad, Vector::Ones(2), 2.0, 1e-6), std::invalid_argument);
  EXPECT_THROW((void)small_partial_inverse(bad, Vector::Ones(2), 0.5, 1.0), std::invalid_argument);
}

}  // namespace
}  // namespace physgrad::testing
