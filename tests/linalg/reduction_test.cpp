// A = Q B Q^T: every way of reducing reproduces the matrix with an orthogonal Q, at sizes beside its block sizes and on
// matrices with structure.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <stdexcept>
#include <string>

#include "every_kernel.hpp"
#include "physgrad/linalg/band_reduction.hpp"
#include "physgrad/linalg/jacobian_operator.hpp"
#include "physgrad/linalg/one_stage.hpp"
#include "spectra.hpp"

namespace physgrad::testing {
namespace {

struct Way {
  std::string name;
  std::function<std::unique_ptr<Reduction>(const Matrix&)> reduce;
};

Matrix applied(const Reduction& reduction, bool transposed, Matrix x) {
  for (Index j = 0; j < x.cols(); ++j) {
    Vector column = x.col(j);
    reduction.apply_q(transposed, column);
    x.col(j) = column;
  }
  return x;
}

// Only the lower triangle may be read.
Matrix lower_only(Matrix a) {
  a.triangularView<Eigen::StrictlyUpper>().setConstant(std::nan(""));
  return a;
}

void expect_reduction(const Way& way, const Matrix& a, const std::string& what) {
  SCOPED_TRACE(way.name + ", " + what + ", n = " + std::to_string(a.rows()));
  const Index n = a.rows();
  const double tolerance = 1e-14 * static_cast<double>(n);
  const std::unique_ptr<Reduction> reduction = way.reduce(lower_only(a));
  const Matrix identity = Matrix::Identity(n, n);
  const Matrix q = applied(*reduction, false, identity);
  EXPECT_LE((q.transpose() * q - identity).norm(), tolerance);
  EXPECT_LE((applied(*reduction, true, identity) - q.transpose()).norm(), tolerance);
  EXPECT_LE((q * dense(reduction->band()) * q.transpose() - a).norm(), tolerance * a.norm());
}

Matrix symmetric(Index n, std::mt19937_64& engine) {
  const Matrix a = Matrix::NullaryExpr(n, n, [&] { return std::normal_distribution<double>()(engine); });
  return a + a.transpose();
}

TEST(BlockLower, HoldsTheLowerTriangleInHalfTheMemory) {
  const Matrix a = Matrix::NullaryExpr(11, 11, [](Index i, Index j) { return static_cast<double>(100 * i + j); });
  for (const Index width : {1, 4, 11, 16}) {
    BlockLower half = block_lower(lower_only(a), width);
    ASSERT_EQ(half.blocks(), (11 + width - 1) / width);
    const double* const first = half.column(0).data();
    for (Index j = 0; j < half.blocks(); ++j) {
      EXPECT_EQ((half.column(j).data() - first) % BlockLower::kMultiple, 0);
      EXPECT_EQ(half.stride(j) / BlockLower::kMultiple % 2, 1);
      EXPECT_GE(half.stride(j), half.order() - half.start(j));
    }
    for (Index j = 0; j < 11; ++j)
      for (Index i = j; i < 11; ++i) EXPECT_EQ(half(i, j), a(i, j)) << i << ", " << j;
    EXPECT_TRUE(all_finite(half));
    EXPECT_EQ(trace(half), a.trace());
    scale(half, 2);
    EXPECT_EQ(half(10, 3), 2 * a(10, 3));
  }
}

TEST(BlockLower, TakesHalfTheMemoryOfALargeMatrix) {
  const BlockLower half(1000, 64);
  const auto numbers = half.column(half.blocks() - 1).data() - half.column(0).data();
  EXPECT_LE(static_cast<double>(numbers), 0.5 * 1000 * (1000 + 64 + 16));
}

TEST(BandReduction, RefusesBlockColumnsThatPanelsDoNotFill) {
  EXPECT_THROW((void)band_reduction(block_lower(Matrix::Identity(20, 20), 7)), std::invalid_argument);
}

class Reductions : public ::testing::TestWithParam<Way> {};

TEST_P(Reductions, ReproduceTheMatrix) {
  std::mt19937_64 engine(1);
  for (const Index n : {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17, 31, 32, 33, 34, 64, 65, 80, 130}) {
    expect_reduction(GetParam(), symmetric(n, engine), "random");
  }
}

TEST_P(Reductions, HandleStructure) {
  std::mt19937_64 engine(2);
  const Index n = 45;
  const Matrix full = symmetric(n, engine);
  expect_reduction(GetParam(), Matrix::Zero(n, n), "zero");
  expect_reduction(GetParam(), Vector::LinSpaced(n, 1, n).asDiagonal(), "diagonal");
  expect_reduction(GetParam(), Matrix::Ones(n, n), "rank one");
  Matrix banded = full;
  for (Index j = 0; j < n; ++j)
    for (Index i = 0; i < n; ++i)
      if (std::abs(i - j) > 2) banded(i, j) = 0;
  expect_reduction(GetParam(), banded, "banded");
  const Vector grading = decaying(n, 12);
  expect_reduction(GetParam(), grading.asDiagonal() * full * grading.asDiagonal(), "graded");
  expect_reduction(GetParam(), grading.reverse().asDiagonal() * full * grading.reverse().asDiagonal(),
                   "graded upwards");
  const Vector steep = decaying(n, 200);
  expect_reduction(GetParam(), steep.asDiagonal() * full * steep.asDiagonal(), "squares underflow");
}

const Way kOneStage{"one_stage", [](const Matrix& a) { return one_stage_reduction(a); }};

Way band(Index width) {
  return {"band_of_blocks_" + std::to_string(width),
          [=](const Matrix& a) { return band_reduction(block_lower(a, width)); }};
}

const Way kOneStageOnThreads{"one_stage_on_threads", [](const Matrix& a) {
                               Matrix padded = padded_square(a.rows(), kPaddedTo);
                               padded.topLeftCorner(a.rows(), a.cols()) = a;
                               return one_stage_reduction(std::move(padded), a.rows(), 3);
                             }};

const Way kBandOnThreads{"band_on_threads", [](const Matrix& a) { return band_reduction(block_lower(a, 64), 3); }};

INSTANTIATE_TEST_SUITE_P(Ways, Reductions,
                         ::testing::Values(kOneStage, band(8), band(24), band(64), kOneStageOnThreads, kBandOnThreads),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace physgrad::testing
