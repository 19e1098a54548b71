// Rules against trajectories worked out by hand.
#include <gtest/gtest.h>

#include <Eigen/Eigenvalues>
#include <cmath>

#include "built_in.hpp"
#include "physgrad/core/rng.hpp"
#include "physgrad/toolbox/orthogonalised.hpp"

namespace physgrad::testing {
namespace {

std::unique_ptr<Rule> rule(const std::string& name, const SettingMap& changes = {}) {
  const Part& part = built_in().parts().find(Place::rule, name);
  Settings settings(part.definition.settings);
  for (const auto& [key, value] : changes) settings.set(key, value);
  return part.make<Rule>(settings);
}

double step(Rule& rule, double gradient) {
  Vector out;
  const Vector theta = Vector::Zero(1);
  rule.update(Vector::Constant(1, gradient), {theta, {}}, out);
  return out[0];
}

TEST(Sgd, StepsAgainstTheGradient) { EXPECT_DOUBLE_EQ(step(*rule("sgd", {{"rate", 0.5}}), 3), -1.5); }

TEST(Momentum, AccumulatesAndStartsAtTheFirstGradient) {
  const auto momentum = rule("momentum", {{"rate", 0.1}, {"momentum", 0.5}});
  EXPECT_DOUBLE_EQ(step(*momentum, 1), -0.1);   // b = 1
  EXPECT_DOUBLE_EQ(step(*momentum, 2), -0.25);  // b = 0.5 + 2
  EXPECT_DOUBLE_EQ(step(*momentum, 0), -0.125);
}

TEST(Momentum, NesterovLooksAhead) {
  const auto momentum = rule("momentum", {{"rate", 0.1}, {"momentum", 0.5}, {"nesterov", true}});
  EXPECT_DOUBLE_EQ(step(*momentum, 1), -0.15);   // 1 + 0.5 * 1
  EXPECT_DOUBLE_EQ(step(*momentum, 2), -0.325);  // 2 + 0.5 * 2.5
}

TEST(Adam, FollowsTheBiasCorrectedMoments) {
  const double beta1 = 0.8, beta2 = 0.9, epsilon = 0.01, rate = 0.1;
  const auto adam = rule("adam", {{"rate", rate}, {"beta1", beta1}, {"beta2", beta2}, {"epsilon", epsilon}});
  // First step: m = 0.2 g, v = 0.1 g^2, both corrected back to g and g^2.
  EXPECT_NEAR(step(*adam, 2), -rate * 2.0 / (2.0 + epsilon), 1e-15);
  // Second step with gradient -1: m = 0.8*0.4 - 0.2 = 0.12, v = 0.9*0.4 + 0.1 = 0.46.
  const double first = 0.12 / (1 - 0.64), second = 0.46 / (1 - 0.81);
  EXPECT_NEAR(step(*adam, -1), -rate * first / (std::sqrt(second) + epsilon), 1e-15);
}

TEST(Adam, FirstStepHasTheSizeOfTheRateWhateverTheGradient) {
  for (const double gradient : {1e-3, 1.0, 1e6}) EXPECT_NEAR(step(*rule("adam"), gradient), -1e-3, 1e-8);
}

TEST(AdamW, ShrinksTheWeightsApartFromTheStep) {
  const auto adamw = rule("adamw", {{"rate", 0.1}, {"weight_decay", 0.5}, {"epsilon", 0.0}});
  Vector out;
  const Vector theta = Vector::Constant(1, 4.0);
  adamw->update(Vector::Constant(1, 3.0), {theta, {}}, out);
  EXPECT_NEAR(out[0], -0.1 - 0.1 * 0.5 * 4.0, 1e-15);
}

TEST(Adagrad, DividesByTheRootOfTheSum) {
  const auto adagrad = rule("adagrad", {{"rate", 0.1}, {"epsilon", 0.5}});
  EXPECT_NEAR(step(*adagrad, 3), -0.1 * 3 / 3.5, 1e-15);
  EXPECT_NEAR(step(*adagrad, -4), 0.1 * 4 / 5.5, 1e-15);  // 9 + 16 = 25
}

TEST(Adadelta, ScalesByThePastSteps) {
  const auto adadelta = rule("adadelta", {{"rate", 0.5}, {"rho", 0.75}, {"epsilon", 0.25}});
  // square = 0.25 * 4 = 1; delta = sqrt(0.25 / 1.25) * 2; accumulated 0.25 delta^2.
  const double first = std::sqrt(0.25 / 1.25) * 2;
  EXPECT_NEAR(step(*adadelta, 2), -0.5 * first, 1e-15);
  const double second = std::sqrt((0.25 * first * first + 0.25) / (0.75 + 0.25 * 1 + 0.25)) * -1;
  EXPECT_NEAR(step(*adadelta, -1), -0.5 * second, 1e-15);
}

TEST(RmsProp, DividesByTheRunningMeanThenAddsMomentum) {
  const auto rmsprop = rule("rmsprop", {{"rate", 0.1}, {"alpha", 0.75}, {"epsilon", 0.5}, {"momentum", 0.5}});
  const double first = 4 / (2 + 0.5);  // mean 0.25 * 16 = 4
  EXPECT_NEAR(step(*rmsprop, 4), -0.1 * first, 1e-15);
  const double second = 0.5 * first + 2 / (2 + 0.5);  // mean 0.75 * 4 + 0.25 * 4 = 4
  EXPECT_NEAR(step(*rmsprop, 2), -0.1 * second, 1e-15);
}

/// One layer of 3 x 2 weights and its biases, as torch lays them out.
const std::vector<Block> kLayer = {{2, 3, 0, 6}};

using RowMajor = Eigen::Matrix<double, 3, 2, Eigen::RowMajor>;

Vector parameters(const RowMajor& weights, double bias) {
  Vector all(9);
  all << weights.reshaped<Eigen::RowMajor>(), bias, bias, bias;
  return all;
}

RowMajor weights_of(const Vector& all) { return Eigen::Map<const RowMajor>(all.data()); }

TEST(Muon, PushesEverySingularValueTowardsOne) {
  Matrix matrix(3, 2);
  matrix << 3, 0, 0, 0.2, 0, 0;
  const Matrix result = orthogonalised(matrix);
  // Singular directions stay; values end in the band of the quintic iteration.
  for (const double value : {result(0, 0), result(1, 1)}) {
    EXPECT_GT(value, 0.65);
    EXPECT_LT(value, 1.2);
  }
  EXPECT_NEAR(result.cwiseAbs().sum(), result(0, 0) + result(1, 1), 1e-14);
  EXPECT_LT((orthogonalised(matrix.transpose()) - result.transpose()).norm(), 1e-14);
  EXPECT_LT((orthogonalised(1e6 * matrix) - result).norm(), 1e-12);  // the scale does not matter
}

TEST(Muon, StepsByTheOrthogonalMomentumAndAdamOnBiases) {
  const auto muon = rule("muon", {{"rate", 0.1}, {"momentum", 0.5}, {"bias_rate", 0.01}});
  RowMajor g;
  g << 1, 2, -1, 0.5, 0, 3;
  const Vector theta = Vector::Zero(9);
  Vector out;
  muon->update(parameters(g, 2.0), {theta, kLayer}, out);
  const RowMajor expected = -0.1 * std::sqrt(1.5) * orthogonalised(g);  // any positive multiple of g
  EXPECT_LT((weights_of(out) - expected).norm(), 1e-12);
  EXPECT_NEAR(out[8], -0.01, 1e-9);
  RowMajor h;
  h << 0, 1, 1, 0, 2, -1;
  muon->update(parameters(h, 2.0), {theta, kLayer}, out);
  const RowMajor momentum = 0.25 * g + 0.5 * h;
  EXPECT_LT((weights_of(out) + 0.1 * std::sqrt(1.5) * orthogonalised(0.5 * h + 0.5 * momentum)).norm(), 1e-12);
}

TEST(Soap, IsAdamInTheBasisOfTheFactors) {
  const auto soap = rule("soap", {{"rate", 0.1}, {"weight_decay", 0.0}, {"epsilon", 0.0}});
  const Vector theta = Vector::Zero(9);
  Vector out;
  // With diagonal gradients the basis is that of the axes: each step is Adam's.
  RowMajor g = RowMajor::Zero();
  g(0, 0) = 3;
  g(1, 1) = -0.01;
  soap->update(parameters(g, 0.0), {theta, kLayer}, out);
  EXPECT_EQ(weights_of(out).norm(), 0.0);  // the first call only fills the factors
  // A rotation of rows and columns rotates the step.
  const auto turned = rule("soap", {{"rate", 0.1}, {"weight_decay", 0.0}});
  Matrix left = Matrix::Identity(3, 3), right = Matrix::Identity(2, 2);
  const double c = 0.6, s = 0.8;
  left.topLeftCorner(2, 2) << c, -s, s, c;
  right << s, c, -c, s;
  const auto straight = rule("soap", {{"rate", 0.1}, {"weight_decay", 0.0}});
  Vector turned_out;
  for (int i = 0; i < 25; ++i) {
    g(0, 0) = 3 + 0.1 * i;
    g(1, 1) = i % 3 == 0 ? 0.02 : -0.01;
    straight->update(parameters(g, 1.0), {theta, kLayer}, out);
    turned->update(parameters(left * g * right.transpose(), 1.0), {theta, kLayer}, turned_out);
    const RowMajor expected = left * weights_of(out) * right.transpose();
    EXPECT_LT((weights_of(turned_out) - expected).norm(), 1e-5 + 1e-5 * expected.norm()) << "step " << i;
  }
  EXPECT_GT(weights_of(out).norm(), 0.05);
}

// Weights [3 x 2] and three biases, gradients sin(1 + i^2 + 2 t (i + 1)), a new basis every two steps; after each
// update, as computed by another implementation (NumPy, from the paper's algorithm and its authors' conventions).
TEST(Soap, FollowsAnotherImplementation) {
  const auto soap = rule(
      "soap",
      {{"rate", 0.1}, {"beta1", 0.9}, {"beta2", 0.8}, {"epsilon", 1e-3}, {"weight_decay", 0.05}, {"frequency", 2.0}});
  const double expected[6][9] = {
      {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9},
      {-0.00897159201393768, 0.321565095288746, 0.422964969245968, 0.473369660115418, 0.404810103684906,
       0.600322152418702, 0.597330855409712, 0.887771266614406, 0.796229227944037},
      {0.00318485974690364, 0.385730081151363, 0.544798429005787, 0.441598718998143, 0.373687758886757,
       0.650282550551513, 0.496178896740104, 0.819075991904366, 0.697282989496422},
      {-0.0201320882630337, 0.415054871063872, 0.684300515979786, 0.387723399650073, 0.351389693276279,
       0.721946173055845, 0.446206686158668, 0.842994662585415, 0.644395412105972},
      {-0.0351346332406521, 0.432992063865126, 0.798689560395751, 0.401014830155062, 0.322634034304656,
       0.779669483436013, 0.451142638348225, 0.813065962981589, 0.64917999276524},
      {-0.01725498280636, 0.450799788936261, 0.904550693510523, 0.415894019701503, 0.318569336299053, 0.855728760243796,
       0.448359941879645, 0.825676668362257, 0.678784383817443}};
  Vector theta(9), gradient(9), out;
  for (Index i = 0; i < 9; ++i) theta[i] = 0.1 * static_cast<double>(i + 1);
  for (int t = 0; t < 6; ++t) {
    for (Index i = 0; i < 9; ++i)
      gradient[i] = std::sin(static_cast<double>(1 + i * i) + 2.0 * t * static_cast<double>(i + 1));
    soap->update(gradient, {theta, kLayer}, out);
    theta += out;
    for (Index i = 0; i < 9; ++i) EXPECT_NEAR(theta[i], expected[t][i], 1e-12) << "update " << t << ", weight " << i;
  }
}

TEST(FullAdagrad, IsTheInverseRootOfTheGradientsTogether) {
  const double fade = 0.9, epsilon = 0.01;
  const auto full = rule("full-adagrad", {{"rate", 0.5}, {"beta2", fade}, {"epsilon", epsilon}, {"window", 3.0}});
  const Vector theta = Vector::Zero(5);
  Matrix history(5, 0);
  Vector out;
  Rng rng(3, "gradients");
  for (int i = 0; i < 6; ++i) {
    const Vector g = rng.uniform_matrix(5, 1, -1, 1);
    full->update(g, {theta, {}}, out);
    Matrix longer(5, std::min<Index>(history.cols() + 1, 3));
    longer << fade * history.rightCols(longer.cols() - 1), g;
    history = longer;
    const Eigen::SelfAdjointEigenSolver<Matrix> eigen(history * history.transpose());
    const Vector roots = eigen.eigenvalues().cwiseMax(0).cwiseSqrt();
    const Vector expected = -0.5 * eigen.eigenvectors() *
                            ((eigen.eigenvectors().transpose() * g).array() / (roots.array() + epsilon)).matrix();
    EXPECT_LT((out - expected).norm(), 1e-6 * expected.norm()) << "step " << i;
  }
}

TEST(Rules, UnknownNamesAndValuesAreUsageErrors) {
  EXPECT_THROW(rule("adamm"), UsageError);
  EXPECT_THROW(rule("adam", {{"beta1", 1.5}}), UsageError);
  EXPECT_THROW(rule("sgd", {{"momentum", 0.5}}), UsageError);
}

}  // namespace
}  // namespace physgrad::testing
