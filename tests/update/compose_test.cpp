// Compositions against the formulas they stand for, evaluated densely.
#include <gtest/gtest.h>

#include <Eigen/SVD>
#include <algorithm>
#include <vector>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/linalg/partial_inverse.hpp"
#include "physgrad/statistics/statistics.hpp"
#include "physgrad/train/trainer.hpp"
#include "physgrad/update/joint_jacobian.hpp"
#include "update/one_update.hpp"

namespace physgrad::testing {
namespace {

/// On the first samples of coupled-oscillators.
struct OscillatorUpdate : testing::OneUpdate {
  OscillatorUpdate(const std::string& method, const std::vector<std::string>& changes)
      : testing::OneUpdate("coupled-oscillators", method, 5, changes) {}
};

/// V S^-kappa U^T g straight from the definition.
Vector by_definition(const Matrix& jacobian, const Vector& g, double kappa) {
  const Eigen::JacobiSVD<Matrix> svd(jacobian, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Vector scaled = svd.singularValues().array().pow(-kappa) * (svd.matrixU().transpose() * g).array();
  return svd.matrixV() * scaled;
}

void expect_close(const Vector& actual, const Vector& expected) {
  EXPECT_LT((actual - expected).norm(), 1e-6 * expected.norm());
}

TEST(Composition, HigIsTheHalfInverseOfThePublishedGradient) {
  OscillatorUpdate one("hig", {"tau=0"});
  const Vector g = one.at->loss_gradient().reshaped();
  expect_close(one.update, -by_definition(JointJacobian(*one.at).dense(), g, 0.5));
  const Matrix published = 2.0 / 5.0 * (one.at->state() - one.batch.target);
  EXPECT_LT((one.at->loss_gradient() - published).norm(), 1e-14);
}

TEST(Composition, GaussNewtonStepsToTheTargetUnlessPublished) {
  OscillatorUpdate full("gn", {"tau=0", "rate=1"});
  const Vector dy = (full.batch.target - full.at->state()).reshaped();
  expect_close(full.update, by_definition(JointJacobian(*full.at).dense(), dy, 1.0));
  expect_close(JointJacobian(*full.at).times(full.update),
               dy);  // 20 rows, 1444 parameters: the linear model reaches y*
  OscillatorUpdate published("gn", {"tau=0", "convention=published", "rate=1"});
  expect_close(published.update, 2.0 / 5.0 * full.update);
}

TEST(Composition, KappaMinusOneIsThePlainGradient) {
  OscillatorUpdate one("hig", {"kappa=-1", "rate=0.25"});
  expect_close(one.update, -0.25 * one.at->gradient());
}

TEST(Composition, PhysicalGradientReachesTheTargetOfALinearSimulator) {
  OscillatorUpdate one("pg", {"convention=full", "rule=sgd", "rate=1", "eta=1"});
  const Matrix x = one.at->control() + one.report.physics_step;
  const Matrix reached = one.pair.problem.simulator->run(x, one.batch.context);
  EXPECT_LT((reached - one.batch.target).norm(), 1e-9);
  expect_close(one.update, one.at->network_vjp(one.report.physics_step));
  EXPECT_EQ(one.report.fallback_rate, 0.0);
}

TEST(Composition, InverseAndPseudoInverseAgreeOnALinearSimulator) {
  OscillatorUpdate inverse("pg", {"convention=full", "eta=1"}), pseudo("pg-gn", {"convention=full", "eta=1"});
  EXPECT_LT((inverse.report.physics_step - pseudo.report.physics_step).norm(), 1e-9);
}

TEST(Composition, TheSmallestControlIsTheOneNearZero) {
  OscillatorUpdate zero("pg", {"convention=full", "eta=1", "anchor=zero"}), present("pg", {"convention=full", "eta=1"});
  const Simulator& simulator = *zero.pair.problem.simulator;
  const Matrix x = zero.at->control() + zero.report.physics_step;
  const Matrix other = present.at->control() + present.report.physics_step;
  EXPECT_LT((simulator.run(x, zero.batch.context) - zero.batch.target).norm(), 1e-9);
  EXPECT_LT((simulator.run(other, zero.batch.context) - zero.batch.target).norm(), 1e-9);
  for (Index i = 0; i < x.cols(); ++i) {
    EXPECT_LT(x.col(i).norm(), other.col(i).norm());
    EXPECT_NEAR(x.col(i).dot(other.col(i) - x.col(i)), 0.0, 1e-9);  // the difference moves no state
    EXPECT_LT(present.report.physics_step.col(i).norm(), zero.report.physics_step.col(i).norm());
  }
}

TEST(Composition, WhatIsNearZeroDoesNotDependOnTheNetwork) {
  for (const char* problem : {"nonlinear-oscillators", "two-body"}) {
    testing::OneUpdate one(problem, "pg", 6, {"eta=1", "anchor=zero", "dx_bound=0", "proxy=l2"});
    const Vector theta = 0.5 * one.data.theta;
    Meter meter;
    Evaluation elsewhere(one.pair.problem, theta, one.batch, meter, true);
    StepReport report;
    Vector update;
    one.pair.method->update(elsewhere, {}, update, report);
    const Matrix here = one.at->control() + one.report.physics_step;
    const Matrix there = elsewhere.control() + report.physics_step;
    EXPECT_EQ(one.report.fallback_rate, 0.0) << problem;
    EXPECT_GT((one.at->control() - elsewhere.control()).norm(), 1e-2) << problem;
    EXPECT_LT((here - there).norm(), 1e-9 * here.norm()) << problem;
  }
}

// Elsewhere what y hardly determines of x comes from where the inverse looks, with as many controls as outputs too.
TEST(Composition, WhereYDeterminesXAloneBothAnchorsAskForTheSame) {
  testing::OneUpdate zero("poisson", "pg", 3, {"anchor=zero"}), present("poisson", "pg", 3, {"anchor=present"});
  EXPECT_LT((zero.report.physics_step - present.report.physics_step).norm(), 1e-9 * zero.report.physics_step.norm());
}

// Near the control of an untrained network, whose fine scales y says nothing about, Cole-Hopf potentials turn negative.
TEST(Composition, BurgersInverseNeverFailsNearZero) {
  EXPECT_EQ(testing::OneUpdate("burgers", "pg", 64, {"eta=1", "anchor=zero"}).report.fallback_rate, 0.0);
  EXPECT_GT(testing::OneUpdate("burgers", "pg", 64, {"eta=1", "anchor=present"}).report.fallback_rate, 0.3);
}

TEST(Composition, LongChangesOfXAreShortenedToTheBoundTimesTheirMedian) {
  OscillatorUpdate free("pg", {"eta=1", "dx_bound=0"}), held("pg", {"eta=1", "dx_bound=0.9"});
  const Matrix &whole = free.report.physics_step, &bounded = held.report.physics_step;
  std::vector<double> lengths;
  for (const auto& dx : whole.colwise()) lengths.push_back(dx.norm());
  const double longest = 0.9 * quantile(lengths, 0.5);
  Index shortened = 0;
  for (Index i = 0; i < whole.cols(); ++i) {
    const double length = whole.col(i).norm();
    EXPECT_LT((bounded.col(i) - std::min(1.0, longest / length) * whole.col(i)).norm(), 1e-12 * length);
    shortened += length > longest ? 1 : 0;
  }
  EXPECT_GT(shortened, 0);
  EXPECT_LT(shortened, whole.cols());
}

// The bound is of dx's own size: what eta takes from every sample alike takes no sample out of its reach.
TEST(Composition, EtaAndTheBoundOfDxCommuteOnALinearSimulator) {
  OscillatorUpdate whole("pg", {"eta=1", "dx_bound=0.9"}), half("pg", {"eta=0.5", "dx_bound=0.9"});
  EXPECT_LT((0.5 * whole.report.physics_step - half.report.physics_step).norm(), 1e-9);
}

TEST(Composition, EtaScalesTheStepOfALinearSimulator) {
  OscillatorUpdate whole("pg", {"convention=full", "eta=1"}), half("pg", {"convention=full", "eta=0.5"});
  EXPECT_LT((0.5 * whole.report.physics_step - half.report.physics_step).norm(), 1e-9);
}

TEST(Composition, L1ProxyKeepsOnlyTheSigns) {
  OscillatorUpdate one("pg", {"proxy=l1", "rule=sgd", "rate=1"});
  expect_close(one.update, one.at->network_vjp(Matrix(one.report.physics_step.array().sign())));
}

/// An inverse simulator that is wrong on purpose: odd samples get NaN, even ones the exact answer.
class Unreliable final : public InverseSimulator {
 public:
  explicit Unreliable(std::shared_ptr<const InverseSimulator> good) : good_(std::move(good)) {}
  [[nodiscard]] Matrix invert(const Matrix& y, const Matrix& x, const Matrix& context, Costs& costs) const override {
    Matrix result = good_->invert(y, x, context, costs);
    for (Index i = 1; i < result.cols(); i += 2) result.col(i).setConstant(std::nan(""));
    return result;
  }
  [[nodiscard]] double work_bytes(Index samples) const override { return good_->work_bytes(samples); }

 private:
  std::shared_ptr<const InverseSimulator> good_;
};

TEST(Safeguard, FailedInversesFallBackToGaussNewtonAndAreCounted) {
  OscillatorUpdate good("pg", {"convention=full"});
  Problem problem = good.pair.problem;
  problem.inverse = std::make_shared<Unreliable>(problem.inverse);
  Evaluation at(problem, good.data.theta, good.batch, good.meter, false);
  StepReport report;
  Vector update;
  resolve_pair(built_in(), "coupled-oscillators", "pg", {parse_override(built_in(), "convention=full")})
      .method->update(at, {}, update, report);
  EXPECT_DOUBLE_EQ(report.fallback_rate, 2.0 / 5.0);
  EXPECT_LT((report.physics_step - good.report.physics_step).norm(), 1e-8);
}

}  // namespace
}  // namespace physgrad::testing
