// The squared loss with and without division by the batch size, and losses that know less.
#include "physgrad/core/loss.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace physgrad::testing {
namespace {

const Matrix prediction = (Matrix(2, 3) << 1, 2, 3, 4, 5, 6).finished();
const Matrix target = Matrix::Zero(2, 3);

Matrix gradient(const SquaredLoss& loss) {
  Matrix g;
  loss.gradient(prediction, target, g);
  return g;
}

TEST(SquaredLoss, MeanDividesByTheBatch) {
  const SquaredLoss loss(0.5);
  EXPECT_DOUBLE_EQ(loss.value(prediction, target), 91.0 / 6.0);
  EXPECT_DOUBLE_EQ(loss.reported(prediction, target), 91.0 / 6.0);
  EXPECT_LT((gradient(loss) - prediction / 3.0).norm(), 1e-15);
}

TEST(SquaredLoss, SumDoesNotButIsReportedPerSample) {
  const SquaredLoss loss(0.5, OverBatch::sum);
  EXPECT_DOUBLE_EQ(loss.value(prediction, target), 91.0 / 2.0);
  EXPECT_DOUBLE_EQ(loss.reported(prediction, target), 91.0 / 6.0);
  EXPECT_EQ(gradient(loss), prediction);
  EXPECT_EQ(loss.newton_step(prediction, target), -prediction);
}

TEST(SquaredLoss, HessianProductIsTheLimitOfDifferencesOfGradients) {
  const Matrix v = (Matrix(2, 3) << 1, -2, 0.5, 3, 1, -1).finished();
  for (const OverBatch over : {OverBatch::mean, OverBatch::sum}) {
    const SquaredLoss loss(0.7, over);
    const double h = 1e-3;  // the gradient is linear
    Matrix forward, backward, product;
    loss.gradient(prediction + h * v, target, forward);
    loss.gradient(prediction - h * v, target, backward);
    loss.hessian_product(prediction, target, v, product);
    EXPECT_TRUE(loss.has_hessian());
    Matrix curvature;
    EXPECT_TRUE(loss.has_curvature());
    loss.curvature_product(prediction, target, v, curvature);
    EXPECT_EQ(curvature, product);
    EXPECT_LT((product - (forward - backward) / (2 * h)).norm(), 1e-11 * product.norm());
    // The Newton step solves H dy = -g.
    loss.gradient(prediction, target, forward);
    loss.hessian_product(prediction, target, loss.newton_step(prediction, target), product);
    EXPECT_LT((product + forward).norm(), 1e-14 * forward.norm());
  }
}

TEST(Loss, KnowsNothingOfItsCurvatureUnlessItSaysSo) {
  class Linear final : public Loss {
   public:
    [[nodiscard]] double value(const Matrix& at, const Matrix& /*target*/) const override { return at.sum(); }
    void gradient(const Matrix& at, const Matrix& /*target*/, Matrix& g) const override {
      g.setOnes(at.rows(), at.cols());
    }
  };
  const Linear loss;
  Matrix out;
  EXPECT_FALSE(loss.has_newton_step());
  EXPECT_FALSE(loss.has_hessian());
  EXPECT_FALSE(loss.has_curvature());
  EXPECT_THROW((void)loss.newton_step(prediction, target), std::logic_error);
  EXPECT_THROW(loss.hessian_product(prediction, target, prediction, out), std::logic_error);
  EXPECT_THROW(loss.curvature_product(prediction, target, prediction, out), std::logic_error);
}

}  // namespace
}  // namespace physgrad::testing
