// What every kind of network must satisfy, with every activation.
#include "physgrad/model/networks.hpp"

#include <gtest/gtest.h>

#include "physgrad/model/residual_chain.hpp"

namespace physgrad::testing {
namespace {

using KindAndActivation = std::tuple<std::string, std::string>;

class EveryNetwork : public ::testing::TestWithParam<KindAndActivation> {
 protected:
  // The hidden layers: one that changes the width and two that do not.
  std::shared_ptr<const Network> network_ =
      make_network(std::get<0>(GetParam()), {3, 7, 5, 5, 5, 2}, parse_activation(std::get<1>(GetParam())));
  Rng rng_{1, "network"};
  Vector theta_ = rng_.uniform_matrix(network_->parameters(), 1, -1, 1);
  Matrix input_ = rng_.uniform_matrix(3, 4, -1, 1);
};
INSTANTIATE_TEST_SUITE_P(Networks, EveryNetwork,
                         ::testing::Combine(::testing::ValuesIn(network_kinds()),
                                            ::testing::ValuesIn(activation_names())),
                         [](const auto& kind) { return std::get<0>(kind.param) + "_" + std::get<1>(kind.param); });

TEST_P(EveryNetwork, DerivativesAreTransposesAndLimitsOfDifferences) {
  const std::unique_ptr<Tape> at = network_->record(theta_, input_);
  EXPECT_EQ(at->output(), network_->run(theta_, input_));
  const Vector v = rng_.uniform_matrix(theta_.size(), 1, -1, 1);
  const Matrix w = rng_.uniform_matrix(2, 4, -1, 1);
  Matrix forward;
  Vector backward;
  at->jvp(v, forward);
  at->vjp(w, backward);
  EXPECT_NEAR(forward.cwiseProduct(w).sum(), backward.dot(v), 1e-12 * v.norm() * w.norm());
  const double h = 1e-6;
  const Matrix difference = (network_->run(theta_ + h * v, input_) - network_->run(theta_ - h * v, input_)) / (2 * h);
  EXPECT_LT((difference - forward).norm(), 1e-7 * difference.norm());
}

TEST_P(EveryNetwork, FactorsOfRowsThatEndInsideASampleMakeTheRows) {
  const std::unique_ptr<Tape> at = network_->record(theta_, input_);
  const Index per_sample = 3, first = 2, count = 8;  // rows of samples 0 to 3
  const Matrix seeds = rng_.uniform_matrix(2, count, -1, 1);
  std::vector<Factor> factors;
  at->factors(seeds, first, per_sample, factors);
  ASSERT_EQ(factors.size(), network_->blocks().size());
  for (Index r = 0; r < count; ++r) {
    const Index sample = (first + r) / per_sample;
    Matrix seed = Matrix::Zero(2, 4);
    seed.col(sample) = seeds.col(r);
    Vector row;
    at->vjp(seed, row);
    for (std::size_t l = 0; l < factors.size(); ++l) {
      const Block& block = network_->blocks()[l];
      const Vector sensitivity = factors[l].sensitivities.col(r);
      const Matrix weights = factors[l].inputs->col(sample) * sensitivity.transpose();  // row-major, transposed
      EXPECT_LE((row.segment(block.weights, weights.size()) - weights.reshaped()).norm(), 1e-13 * row.norm());
      EXPECT_LE((row.segment(block.biases, block.outputs) - sensitivity).norm(), 1e-13 * row.norm());
    }
  }
}

TEST_P(EveryNetwork, BlocksAreAllOfTheParameters) {
  Vector covered = Vector::Zero(theta_.size());
  for (const Block& block : network_->blocks()) {
    covered.segment(block.weights, block.inputs * block.outputs).array() += 1;
    covered.segment(block.biases, block.outputs).array() += 1;
  }
  EXPECT_TRUE(covered.isOnes(0.0));
}

TEST_P(EveryNetwork, ATapeIsUsedAgain) {
  std::unique_ptr<Tape> tape = network_->record(theta_, input_);
  const Tape* before = tape.get();
  const Matrix other = rng_.uniform_matrix(3, 2, -1, 1);
  network_->record(theta_, other, tape);
  EXPECT_EQ(tape.get(), before);
  EXPECT_EQ(tape->output(), network_->run(theta_, other));
  EXPECT_EQ(tape->hidden().size(), 4U);
}

TEST(ResidualChain, AddsWhatItWasGivenBetweenEqualWidthsOnly) {
  // Weights and biases of zero: what is left of a residual layer is its input. The first layer has equal widths too.
  const ResidualChain network({2, 2, 2, 2}, Activation::tanh);
  Vector theta = Vector::Zero(network.parameters());
  const auto set_identity = [&](std::size_t l) {
    theta[network.blocks()[l].weights] = theta[network.blocks()[l].weights + 3] = 1.0;
  };
  const Matrix input = (Matrix(2, 1) << 0.5, -2.0).finished();
  set_identity(2);
  EXPECT_TRUE(network.run(theta, input).isZero(0.0)) << "the first layer is plain";
  set_identity(0);
  EXPECT_LE((network.run(theta, input) - Matrix(input.array().tanh())).norm(), 1e-15);
  set_identity(1);
  const Matrix first = input.array().tanh();
  EXPECT_LE((network.run(theta, input) - (first + Matrix(first.array().tanh()))).norm(), 1e-15);
}

TEST(Networks, AnUnknownKindIsRefused) {
  EXPECT_THROW((void)make_network("residul", {2, 2}, Activation::tanh), UsageError);
}

}  // namespace
}  // namespace physgrad::testing
