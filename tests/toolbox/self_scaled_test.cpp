// Self-scaled quasi-Newton methods against their formulas and another implementation, and their line search.
#include "physgrad/toolbox/self_scaled.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/core/rng.hpp"
#include "physgrad/toolbox/wolfe_line.hpp"
#include "physgrad/train/trainer.hpp"

namespace physgrad::testing {
namespace {

struct Factors {
  double h, b;
  Index n;
  double scale, phi;
};

// Computed from the published formulas in NumPy.
TEST(SelfScaled, FactorsAreThePublishedOnes) {
  const Factors all[]{{2, 0.8, 10, 0.984590850105176, 0.652173913043478},
                      {1.5, 3, 10, 0.177124344467705, 6.97310882851162},
                      {0.6, 2.5, 4, 0.450499152177443, 2.28571428571429},
                      {5, 0.3, 7, 0.934655265184067, 0}};
  for (const Factors& each : all) {
    const SelfScaling scaling = ss_broyden(each.h, each.b, each.n);
    EXPECT_NEAR(scaling.scale, each.scale, 1e-13) << each.h << " " << each.b;
    EXPECT_NEAR(scaling.phi, each.phi, 1e-12) << each.h << " " << each.b;
  }
  EXPECT_EQ(ss_bfgs(4).scale, 0.25);
  EXPECT_EQ(ss_bfgs(0.5).scale, 1);
  // Where y is along H^-1 s, every member of the class is the same.
  EXPECT_EQ(ss_broyden(0.5, 2, 10).scale, 0.5);
}

TEST(SelfScaled, MeetsTheSecantEquation) {
  Rng rng(3, "self-scaled");
  const Matrix root = rng.uniform_matrix(6, 6, -1, 1);
  const Vector s = rng.uniform_matrix(6, 1, -1, 1), y = s + 0.3 * rng.uniform_matrix(6, 1, -1, 1);
  for (const double phi : {1.0, 0.2, 1.7}) {
    Matrix h = root * root.transpose() + Matrix::Identity(6, 6);
    update_inverse_hessian(s, y, {0.7, phi}, h);
    EXPECT_LT((h * y - s).norm(), 1e-13 * s.norm());
    EXPECT_LT((h - h.transpose()).norm(), 1e-13 * h.norm());
  }
}

std::vector<double> losses(const std::string& problem, const std::string& method,
                           const std::vector<std::string>& changes) {
  std::vector<SettingOverride> overrides;
  for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
  ResolvedPair pair = resolve_pair(built_in(), problem, method, overrides);
  TrainOptions options;
  options.seed = 1;
  options.max_steps = 4;
  std::vector<double> result;
  for (const CurvePoint& point : train(pair.problem, *pair.method, options, {}).curve)
    result.push_back(point.losses.train_loss);
  return result;
}

// JAX with derivatives of its own, formulas and line search written from docs/methods.md.
TEST(SelfScaled, FollowsAnotherImplementation) {
  const auto compare = [](const std::vector<double>& actual, const std::vector<double>& expected) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) EXPECT_NEAR(actual[i], expected[i], 1e-9 * expected[i]) << i;
  };
  const std::vector<std::string> small{"samples=16", "batch=16"};
  compare(losses("coupled-oscillators", "ssbroyden", small),
          {0.879304332553963, 0.5109293124619, 0.46370803287, 0.2737309180117, 0.2194683842051});
  compare(losses("coupled-oscillators", "ssbfgs", small),
          {0.879304332553963, 0.5109293124619, 0.4638949658456, 0.306554905332, 0.1841389692064});
  for (const char* method : {"ssbroyden", "ssbfgs"})
    compare(losses("quadratic", method, {}), {90, 24.71958242427, 14.24878378023, 8.37436550168, 4.713537710632});
}

TEST(WolfeLine, EndsWhereBothConditionsHold) {
  const ResolvedPair pair = resolve_pair(built_in(), "coupled-oscillators", "dp-sgd", {});
  const PreparedData data = prepare_data(pair.problem, 2);
  const Batch batch = select_samples(data.train, {0, 1, 2, 3});
  Meter meter;
  Evaluation at(pair.problem, data.theta, batch, meter, true);
  const Vector gradient = at.gradient(), direction = -gradient;
  const double slope = gradient.dot(direction), before = at.loss();
  for (const double first : {1e-6, 0.1, 1e3}) {
    Trial trial(at, true);
    WolfeLine line(40);
    WolfeLine::Point point;
    ASSERT_TRUE(line.search(trial, before, slope, direction, first, point)) << first;
    EXPECT_LE(point.loss, before + 1e-4 * point.length * slope) << first;
    EXPECT_LE(std::abs(point.gradient.dot(direction)), -0.9 * slope) << first;
    EXPECT_EQ(point.loss, trial.loss(point.length * direction));
  }
  Trial trial(at, true);
  WolfeLine line(5);
  WolfeLine::Point point;
  EXPECT_FALSE(line.search(trial, before, -1e9, -direction, 1e-3, point));  // upwards
}

}  // namespace
}  // namespace physgrad::testing
