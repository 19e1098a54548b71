#include "physgrad/model/dense_chain.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace physgrad::testing {
namespace {

TEST(DenseChain, FollowsTorchsParameterOrder) {
  // One layer, weights (out x in, row-major), then biases.
  const DenseChain network({2, 2}, Activation::identity);
  const Vector theta = (Vector(6) << 1, 2, 3, 4, 10, 20).finished();
  const Matrix output = network.run(theta, (Matrix(2, 1) << 1, 100).finished());
  EXPECT_EQ(output(0, 0), 1 + 200 + 10);
  EXPECT_EQ(output(1, 0), 3 + 400 + 20);
}

TEST(DenseChain, TanhIsAccurateWhereverItIsEvaluated) {
  const DenseChain network({1, 1, 1}, Activation::tanh);
  const Vector theta = (Vector(4) << 1, 0, 1, 0).finished();
  for (const double x : {-800.0, -3.0, -1e-3, -1e-12, 0.0, 1e-12, 0.5, 20.0, 800.0})
    EXPECT_NEAR(network.run(theta, Matrix::Constant(1, 1, x))(0, 0), std::tanh(x), 2e-16);
}

TEST(DenseChain, StartsAtGlorotUniformWithZeroBiases) {
  const DenseChain network({100, 50, 3}, Activation::tanh);
  Rng rng(2, "network");
  const Vector theta = network.initial(rng);
  EXPECT_TRUE(theta.segment(5000, 50).isZero(0.0));
  const double limit = std::sqrt(6.0 / 150.0);
  EXPECT_LT(theta.head(5000).cwiseAbs().maxCoeff(), limit);
  EXPECT_NEAR(theta.head(5000).squaredNorm() / 5000, limit * limit / 3, 0.05 * limit * limit / 3);
}

TEST(DenseChain, WithoutInputsIsItsBiases) {
  const DenseChain network({0, 3}, Activation::identity);
  EXPECT_EQ(network.parameters(), 3);
  const Vector theta = (Vector(3) << 1, 2, 3).finished();
  EXPECT_EQ(network.run(theta, Matrix(0, 1)), theta);
  Vector gradient;
  network.record(theta, Matrix(0, 1))->vjp(theta, gradient);
  EXPECT_EQ(gradient, theta);
}

TEST(DenseChain, WrongShapesAreRefused) {
  const DenseChain network({2, 3}, Activation::tanh);
  EXPECT_THROW((void)network.run(Vector::Zero(8), Matrix::Zero(2, 1)), std::invalid_argument);
  EXPECT_THROW((void)network.run(Vector::Zero(9), Matrix::Zero(3, 1)), std::invalid_argument);
  EXPECT_THROW(DenseChain({4}, Activation::tanh), std::invalid_argument);
}

}  // namespace
}  // namespace physgrad::testing
