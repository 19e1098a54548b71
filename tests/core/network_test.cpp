#include "physgrad/core/network.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support.hpp"

namespace physgrad::testing {
namespace {

class EveryActivation : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Network, EveryActivation, ::testing::ValuesIn(activation_names()), test_name);

TEST_P(EveryActivation, DerivativesAreTransposesAndLimitsOfDifferences) {
  const Network network({3, 7, 5, 2}, parse_activation(GetParam()));
  Rng rng(1, "network");
  const Vector theta = rng.uniform_matrix(network.parameters(), 1, -1, 1);
  const Matrix input = rng.uniform_matrix(3, 4, -1, 1);
  const NetworkLinearization at = network.linearize(theta, input);
  EXPECT_EQ(at.output(), network.run(theta, input));
  const Vector v = rng.uniform_matrix(network.parameters(), 1, -1, 1);
  const Matrix w = rng.uniform_matrix(2, 4, -1, 1);
  EXPECT_NEAR(at.jvp(v).cwiseProduct(w).sum(), at.vjp(w).dot(v), 1e-12 * v.norm() * w.norm());
  const double h = 1e-6;
  const Matrix difference = (network.run(theta + h * v, input) - network.run(theta - h * v, input)) / (2 * h);
  EXPECT_LT((difference - at.jvp(v)).norm(), 1e-7 * difference.norm());
}

TEST(Network, FollowsTorchsParameterOrder) {
  // One layer, weights (out x in, row-major), then biases.
  const Network network({2, 2}, Activation::identity);
  const Vector theta = (Vector(6) << 1, 2, 3, 4, 10, 20).finished();
  const Matrix output = network.run(theta, (Matrix(2, 1) << 1, 100).finished());
  EXPECT_EQ(output(0, 0), 1 + 200 + 10);
  EXPECT_EQ(output(1, 0), 3 + 400 + 20);
}

TEST(Network, TanhIsAccurateWhereverItIsEvaluated) {
  const Network network({1, 1, 1}, Activation::tanh);
  const Vector theta = (Vector(4) << 1, 0, 1, 0).finished();
  for (const double x : {-800.0, -3.0, -1e-3, -1e-12, 0.0, 1e-12, 0.5, 20.0, 800.0})
    EXPECT_NEAR(network.run(theta, Matrix::Constant(1, 1, x))(0, 0), std::tanh(x), 2e-16);
}

TEST(Network, StartsAtGlorotUniformWithZeroBiases) {
  const Network network({100, 50, 3}, Activation::tanh);
  Rng rng(2, "network");
  const Vector theta = network.initial(rng);
  EXPECT_TRUE(theta.segment(5000, 50).isZero(0.0));
  const double limit = std::sqrt(6.0 / 150.0);
  EXPECT_LT(theta.head(5000).cwiseAbs().maxCoeff(), limit);
  EXPECT_NEAR(theta.head(5000).squaredNorm() / 5000, limit * limit / 3, 0.05 * limit * limit / 3);
}

TEST(Network, WithoutInputsIsItsBiases) {
  const Network network({0, 3}, Activation::identity);
  EXPECT_EQ(network.parameters(), 3);
  const Vector theta = (Vector(3) << 1, 2, 3).finished();
  EXPECT_EQ(network.run(theta, Matrix(0, 1)), theta);
  EXPECT_EQ(network.linearize(theta, Matrix(0, 1)).vjp(theta), theta);
}

TEST(Network, WrongShapesAreRefused) {
  const Network network({2, 3}, Activation::tanh);
  EXPECT_THROW((void)network.run(Vector::Zero(8), Matrix::Zero(2, 1)), std::invalid_argument);
  EXPECT_THROW((void)network.run(Vector::Zero(9), Matrix::Zero(3, 1)), std::invalid_argument);
  EXPECT_THROW(Network({4}, Activation::tanh), std::invalid_argument);
}

}  // namespace
}  // namespace physgrad::testing
