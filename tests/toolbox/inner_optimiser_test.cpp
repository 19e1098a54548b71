// Optimisers that stand in for an inverse simulator: what they reach, what they cost, and that samples know nothing of
// each other.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "physgrad/catalogue/settled.hpp"
#include "physgrad/core/sample_losses.hpp"
#include "physgrad/model/networks.hpp"
#include "physgrad/toolbox/control_losses.hpp"
#include "physgrad/toolbox/curvature_pairs.hpp"
#include "update/one_update.hpp"

namespace physgrad::testing {
namespace {

Vector losses_at(const OneUpdate& one, const Matrix& x) {
  const Problem& problem = one.pair.problem;
  Vector losses;
  Matrix g;
  sample_losses(*problem.loss, problem.simulator->run(x, one.batch.context), one.batch.target, losses, g);
  return losses;
}

Matrix gradients_at(OneUpdate& one, const Matrix& x) {
  std::vector<Index> all(static_cast<std::size_t>(x.cols()));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<Index>(i);
  LossesAt losses(*one.at);
  return losses(x, all).gradient;
}

TEST(InnerLbfgs, EndsWhereEverySamplesGradientIsSmall) {
  for (const char* problem : {"coupled-oscillators", "nonlinear-oscillators", "two-body"}) {
    OneUpdate one(problem, "pg-lbfgs", 6, {"inner_steps=2000", "inner_trials=40", "inner_tolerance=1e-4"});
    const Matrix there = one.at->control() + one.report.physics_step;
    EXPECT_LE(gradients_at(one, there).cwiseAbs().maxCoeff(), 1e-4) << problem;
    EXPECT_GT(gradients_at(one, one.at->control()).cwiseAbs().maxCoeff(), 1e-4) << problem;
    EXPECT_LT(one.report.inner_iterations, 2000) << problem;
  }
}

TEST(InnerLbfgs, NeverRaisesALossAndTakesOneIterationAtMostWhereOneIsAllowed) {
  for (const char* problem : {"nonlinear-oscillators", "two-body", "heat", "burgers", "sine-map", "exponential"}) {
    OneUpdate one(problem, "pg-lbfgs", 8, {}), first(problem, "pg-lbfgs", 8, {"inner_steps=1"});
    const Vector before = losses_at(one, one.at->control());
    const Vector after = losses_at(one, one.at->control() + one.report.physics_step);
    const Vector between = losses_at(one, one.at->control() + first.report.physics_step);
    EXPECT_LE(first.report.inner_iterations, 1.0) << problem;
    EXPECT_GT(one.report.inner_iterations, first.report.inner_iterations) << problem;
    EXPECT_LE(one.report.inner_iterations, 16.0) << problem;
    EXPECT_TRUE(((after - between).array() <= 1e-12 * before.array()).all()) << problem;
    EXPECT_TRUE(((between - before).array() <= 1e-12 * before.array()).all()) << problem;
    EXPECT_LT(after.sum(), before.sum()) << problem;
  }
}

TEST(InnerLbfgs, TheFirstIterationGoesDownTheGradient) {
  OneUpdate one("coupled-oscillators", "pg-lbfgs", 5, {"inner_steps=1"});
  const Matrix gradient = gradients_at(one, one.at->control());
  for (Index i = 0; i < 5; ++i) {
    const Vector longest = -gradient.col(i) / std::max(1.0, gradient.col(i).norm());
    // One of the lengths 1, 1/2, 1/4, ...
    const double halvings = -std::log2(one.report.physics_step.col(i).norm() / longest.norm());
    EXPECT_NEAR(halvings, std::round(halvings), 1e-9);
    EXPECT_GE(halvings, -1e-9);
    EXPECT_LT((one.report.physics_step.col(i) - std::exp2(-halvings) * longest).norm(), 1e-12);
  }
}

TEST(InnerDescent, IsAsLongAsTheGradientAndPointsWhereTheStepsLead) {
  OneUpdate one("two-body", "pg-gd", 5, {"inner_steps=3", "inner_rate=0.02"});
  const Matrix first = gradients_at(one, one.at->control());
  Matrix sum = -0.02 * first;
  sum -= 0.02 * gradients_at(one, one.at->control() + sum);
  sum -= 0.02 * gradients_at(one, one.at->control() + sum);
  for (Index i = 0; i < 5; ++i) {
    const Vector expected = first.col(i).norm() * sum.col(i).normalized();
    EXPECT_LT((one.report.physics_step.col(i) - expected).norm(), 1e-12 * expected.norm());
  }
}

TEST(InnerDescent, CostsOneLinearisationAndOneProductAStep) {
  for (const long steps : {2L, 8L}) {
    OneUpdate one("coupled-oscillators", "pg-gd", 5, {"inner_steps=" + std::to_string(steps)});
    EXPECT_EQ(one.meter.costs.simulations, 5.0 * static_cast<double>(steps));
    EXPECT_EQ(one.meter.costs.simulator_vjps, 5.0 * static_cast<double>(steps));
    EXPECT_EQ(one.meter.costs.network_vjps, 5.0);
  }
}

TEST(InnerOptimisers, ASampleDoesNotKnowWhoElseIsInTheBatch) {
  for (const char* method : {"pg-lbfgs", "pg-gd"}) {
    OneUpdate several("nonlinear-oscillators", method, 7, {}), alone("nonlinear-oscillators", method, 1, {});
    EXPECT_LT((several.report.physics_step.col(0) - alone.report.physics_step.col(0)).norm(),
              1e-9 * alone.report.physics_step.col(0).norm())
        << method;
  }
}

/// Not finite in a sample where its first control is above the first number of its context.
class Cliff final : public Simulator {
 public:
  [[nodiscard]] Index controls() const override { return 2; }
  [[nodiscard]] Index outputs() const override { return 2; }
  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& context) const override {
    Matrix y = 3.0 * x;
    for (Index i = 0; i < x.cols(); ++i)
      if (x(0, i) > context(0, i)) y.col(i).setConstant(std::numeric_limits<double>::quiet_NaN());
    return y;
  }
  [[nodiscard]] LinearizationPtr linearize(const Matrix& x, const Matrix& context) const override {
    const auto product = [](const Matrix& v) -> Matrix { return 3.0 * v; };
    return make_linearization(run(x, context), product, product);
  }
};

/// x + dx of four samples from the control 0 towards 2: without a cliff, with one at 1, at 1/2, and before the start.
Matrix over_cliffs(const std::string& method, const std::vector<std::string>& changes, StepReport& report) {
  std::vector<SettingOverride> overrides;
  for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
  const ResolvedPair pair = resolve_pair(built_in(), "coupled-oscillators", method, overrides);
  Problem problem = pair.problem;
  problem.simulator = std::make_shared<Cliff>();
  problem.network = no_network(2);
  Batch batch{Matrix(0, 4), Matrix(1, 4), Matrix::Constant(2, 4, 6.0), Matrix(0, 4)};
  batch.context << 1e300, 1.0, 0.5, -1.0;
  const Vector theta = Vector::Zero(2);
  Meter meter;
  Evaluation at(problem, theta, batch, meter, true);
  Vector update;
  pair.method->update(at, {}, update, report);
  return at.control() + report.physics_step;
}

TEST(InnerLbfgs, StaysBeforeWhatIsNotFinite) {
  StepReport report;
  const Matrix x = over_cliffs("pg-lbfgs", {}, report);
  EXPECT_LT((x.col(0) - Vector::Constant(2, 2.0)).norm(), 1e-6);
  for (const Index i : {1, 2}) {
    EXPECT_GT(x(0, i), 0.0);
    EXPECT_LE(x(0, i), i == 1 ? 1.0 : 0.5);
  }
  EXPECT_EQ(x.col(3), Vector::Zero(2));
}

TEST(InnerDescent, TakesBackAStepToWhatIsNotFinite) {
  StepReport report;
  const Matrix x = over_cliffs("pg-gd", {"inner_rate=0.01"}, report);
  // l = |3 x - 6|^2, whose gradient at 0 is -36 in both components; 0, 0.36, 0.6552, 0.897, 1.096, ...
  for (const Index i : {0, 1, 2}) EXPECT_LT((x.col(i) - Vector::Constant(2, 36.0)).norm(), 1e-12) << i;
  EXPECT_EQ(x.col(3), Vector::Zero(2));
  EXPECT_DOUBLE_EQ(report.inner_iterations, (8.0 + 3.0 + 1.0 + 0.0) / 4.0);
}

TEST(InnerOptimisers, TheLossStepHasNoSayAndIsRefusedWhereItIsAnother) {
  for (const char* method : {"pg-lbfgs", "pg-gd"})
    for (const char* key : {"eta", "convention"})
      EXPECT_FALSE(OneUpdate("coupled-oscillators", method, 2, {}).pair.method_settings.contains(key)) << method << key;
  for (const std::string physics : {"lbfgs", "descent"}) try {
      (void)find_method(built_in(), "compose:loss=newton,physics=" + physics);
      ADD_FAILURE() << physics;
    } catch (const UsageError& error) {
      EXPECT_EQ(std::string(error.what()),
                "physics=" + physics + " contains the loss; it goes with loss=gradient only");
    }
}

TEST(CurvaturePairs, TheInverseHessianMapsTheLastChangeOfTheGradientToItsStep) {
  CurvaturePairs pairs(2);
  const Matrix hessian = (Matrix(3, 3) << 4, 1, 0, 1, 3, 0.5, 0, 0.5, 2).finished();
  for (Index k = 0; k < 3; ++k) {
    const Vector s = Vector::Unit(3, k) + 0.1 * Vector::Ones(3), y = hessian * s;
    pairs.remember(s, y);
    EXPECT_EQ(pairs.size(), std::min<std::size_t>(static_cast<std::size_t>(k) + 1, 2));
    EXPECT_LT((pairs.inverse_hessian_times(y) - s).norm(), 1e-14);
  }
  pairs.remember(Vector::Unit(3, 0), -Vector::Unit(3, 0));  // no curvature to learn from
  EXPECT_EQ(pairs.size(), 2U);
  pairs.clear();
  EXPECT_TRUE(pairs.empty());
}

}  // namespace
}  // namespace physgrad::testing
