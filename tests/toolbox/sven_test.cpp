// Sven: the known steps of one sample and of scalar outputs, what its settings do, and where there is nothing to do.
#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <memory>

#include "built_in.hpp"
#include "physgrad/catalogue/settled.hpp"
#include "physgrad/core/sample_losses.hpp"
#include "physgrad/linalg/truncated_inverse.hpp"
#include "physgrad/update/joint_jacobian.hpp"
#include "update/one_update.hpp"

namespace physgrad::testing {
namespace {

/// Once more, at the same theta and batch.
Vector again(OneUpdate& scene) {
  Vector out;
  scene.at->reset();
  scene.pair.method->update(*scene.at, {}, out, scene.report);
  return out;
}

TEST(Sven, OfOneSampleIsPolyaksStep) {
  for (const char* problem : {"coupled-oscillators", "poisson", "quantum-dipole"}) {
    OneUpdate scene(problem, "sven", 1, {"rate=0.4"});
    const Vector g = scene.at->gradient();
    const Vector expected = -0.4 * scene.at->loss() / g.squaredNorm() * g;
    EXPECT_LT((scene.update - expected).norm(), 1e-10 * expected.norm()) << problem;
    EXPECT_EQ(scene.report.kept_rank, 1) << problem;
  }
}

TEST(Sven, OfScalarOutputsIsHalfOfGaussNewton) {
  for (const auto& [kappa, share] : {std::pair("kappa_loss=2", 0.5), std::pair("kappa_loss=1", 1.0)}) {
    OneUpdate scene("exponential", "sven", 2, {"rate=1", "rank=1", "rtol=1e-6", kappa});
    JointJacobian jacobian(*scene.at);
    const Matrix& dense = jacobian.dense();
    const Vector residual = (scene.at->state() - scene.batch.target).reshaped();
    const Vector expected = -share * dense.transpose() * (dense * dense.transpose()).ldlt().solve(residual);
    ASSERT_EQ(scene.report.kept_rank, 2) << kappa;
    EXPECT_LT((scene.update - expected).norm(), 1e-5 * expected.norm()) << kappa;
  }
}

TEST(Sven, DoesNotKnowTheFactorOfTheLoss) {
  for (const char* damping : {"damping=0", "damping=0.01"}) {
    OneUpdate scene("coupled-oscillators", "sven", 5, {damping});
    scene.pair.problem.loss = std::make_shared<SquaredLoss>(7.0, OverBatch::sum);
    const Vector scaled = again(scene);
    EXPECT_LT((scaled - scene.update).norm(), 1e-10 * scaled.norm()) << damping;
  }
}

TEST(Sven, KeepsAShareOfTheBatchRoundedUp) {
  for (const auto& [share, kept] : {std::pair("rank=0.5", 3), std::pair("rank=0.01", 1), std::pair("rank=1", 5)})
    EXPECT_EQ(OneUpdate("coupled-oscillators", "sven", 5, {share, "rtol=1e-6"}).report.kept_rank, kept) << share;
  EXPECT_LT(OneUpdate("coupled-oscillators", "sven", 5, {"rank=1", "rtol=0.3"}).report.kept_rank, 5);
}

TEST(Sven, StaysWhereEveryLossIsZero) {
  for (const char* damping : {"damping=0", "damping=0.01"}) {
    OneUpdate scene("coupled-oscillators", "sven", 4, {damping, "kappa_loss=1"});
    const Matrix state = scene.at->state();
    scene.batch.target.col(1) = state.col(1);  // one sample is solved: its row vanishes
    EXPECT_TRUE(again(scene).allFinite()) << damping;
    EXPECT_GT(again(scene).norm(), 0) << damping;
    scene.batch.target = state;
    EXPECT_EQ(again(scene), Vector(Vector::Zero(scene.update.size()))) << damping;
  }
}

TEST(Sven, WhatIsNotFiniteIsNotHidden) {
  for (const char* damping : {"damping=0", "damping=0.01"}) {
    OneUpdate scene("coupled-oscillators", "sven", 4, {damping});
    scene.data.theta[3] = std::nan("");
    EXPECT_FALSE(again(scene).allFinite()) << damping;
  }
}

TEST(Sven, TruncationIsIdleBesideADamping) {
  const MethodDefinition sven = find_method(built_in(), "sven");
  Settings settings = settled_method(built_in(), "two-body", "sven", {}).settings;
  const auto idle = [&](const std::string& key) {
    return std::ranges::find(settings.specs(), key, &SettingSpec::key)->idle(settings);
  };
  EXPECT_EQ(idle("rtol") + idle("rank"), "");
  settings.set("damping", 0.1);
  EXPECT_NE(idle("rtol"), "");
  EXPECT_NE(idle("rank"), "");
  EXPECT_FALSE(settings.knows("convention"));
}

TEST(SampleLosses, AreThoseOfBatchesOfOne) {
  const Matrix y = Matrix::Random(3, 4), target = Matrix::Random(3, 4);
  const SquaredLoss mean(0.5), sum(0.5, OverBatch::sum);
  Vector losses, others;
  Matrix gradients, more;
  sample_losses(mean, y, target, losses, gradients);
  sample_losses(sum, y, target, others, more);
  EXPECT_NEAR(losses.mean(), mean.value(y, target), 1e-15);
  EXPECT_EQ(losses, others);
  EXPECT_EQ(gradients, more);
  EXPECT_LT((gradients - (y - target)).norm(), 1e-15);
}

TEST(TruncatedInverse, KeepsTheLargestAndRefusesNonsense) {
  Matrix j = Matrix::Zero(3, 4);
  j.diagonal() << 4, 2, 1;
  DenseJacobian jacobian(j);
  const Vector g = Vector::Ones(3);
  PartialInverseOptions options;
  options.kappa = 1;
  options.tau = 1e-3;
  const auto at_most = [](Index most) {
    return [most](const KnownSpectrum& spectrum) { return std::min(spectrum.kept, most); };
  };
  const PartialInverseResult two = truncated_inverse(jacobian, g, options, at_most(2));
  EXPECT_LT((two.direction - Vector(Eigen::Vector4d(0.25, 0.5, 0, 0))).norm(), 1e-14);
  EXPECT_EQ(two.kept_rank, 2);
  EXPECT_EQ(two.kernel, "gram");
  EXPECT_LT(
      (truncated_inverse(jacobian, g, options, at_most(9)).direction - Vector(Eigen::Vector4d(0.25, 0.5, 1, 0))).norm(),
      1e-13);
  options.tau = 0.3;
  EXPECT_EQ(truncated_inverse(jacobian, g, options, at_most(9)).kept_rank, 2);
  EXPECT_THROW((void)truncated_inverse(jacobian, Vector::Ones(2), options, at_most(1)), std::invalid_argument);
  options.kappa = 2;
  EXPECT_THROW((void)truncated_inverse(jacobian, g, options, at_most(1)), std::invalid_argument);
  options.kappa = 1;
  options.tau = 1;
  EXPECT_THROW((void)truncated_inverse(jacobian, g, options, at_most(1)), std::invalid_argument);
  Vector hole = g;
  hole[1] = std::nan("");
  options.tau = 0;
  EXPECT_TRUE(truncated_inverse(jacobian, hole, options, at_most(1)).direction.hasNaN());
}

TEST(JointJacobian, OfGivenSeedsHasOneRowASample) {
  OneUpdate scene("coupled-oscillators", "sven", 5, {});
  const Matrix seeds = Matrix::Random(24, 5);
  JointJacobian jacobian(*scene.at, seeds);
  const Matrix dense = jacobian.dense();
  ASSERT_EQ(dense.rows(), 5);
  for (Index i = 0; i < 5; ++i) {
    Matrix one = Matrix::Zero(24, 5);
    one.col(i) = seeds.col(i);
    EXPECT_LT((dense.row(i).transpose() - scene.at->network_vjp(one)).norm(), 1e-13 * dense.row(i).norm());
  }
  const Vector v = Vector::Random(dense.cols()), w = Vector::Random(5);
  EXPECT_LT((jacobian.times(v) - dense * v).norm(), 1e-13 * dense.norm() * v.norm());
  EXPECT_LT((jacobian.transpose_times(w) - dense.transpose() * w).norm(), 1e-13 * dense.norm() * w.norm());
  EXPECT_LT((jacobian.gram() - dense * dense.transpose()).norm(), 1e-13 * dense.squaredNorm());
  EXPECT_THROW(JointJacobian(*scene.at, Matrix::Zero(23, 5)), std::invalid_argument);
}

}  // namespace
}  // namespace physgrad::testing
