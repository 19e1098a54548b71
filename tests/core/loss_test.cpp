// The squared loss with and without division by the batch size.
#include "physgrad/core/loss.hpp"

#include <gtest/gtest.h>

namespace physgrad::testing {
namespace {

const Matrix y = (Matrix(2, 3) << 1, 2, 3, 4, 5, 6).finished();
const Matrix target = Matrix::Zero(2, 3);

Matrix gradient(const SquaredLoss& loss) {
  Matrix g;
  loss.gradient(y, target, g);
  return g;
}

TEST(SquaredLoss, MeanDividesByTheBatch) {
  const SquaredLoss loss(0.5);
  EXPECT_DOUBLE_EQ(loss.value(y, target), 91.0 / 6.0);
  EXPECT_DOUBLE_EQ(loss.reported(y, target), 91.0 / 6.0);
  EXPECT_LT((gradient(loss) - y / 3.0).norm(), 1e-15);
}

TEST(SquaredLoss, SumDoesNotButIsReportedPerSample) {
  const SquaredLoss loss(0.5, OverBatch::sum);
  EXPECT_DOUBLE_EQ(loss.value(y, target), 91.0 / 2.0);
  EXPECT_DOUBLE_EQ(loss.reported(y, target), 91.0 / 6.0);
  EXPECT_EQ(gradient(loss), y);
  EXPECT_EQ(loss.newton_step(y, target), -y);
}

}  // namespace
}  // namespace physgrad::testing
