// Three updates of pg-lbfgs and pg-gd on a fixed batch against another implementation: simulators, optimisers, network
// and Adam written anew in Python from the formulas of docs/methods.md (JAX for derivatives, double precision), started
// from the weights and samples that `inspect` wrote. Its training losses before and after each update stand here.
#include <gtest/gtest.h>

#include <cmath>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/train/trainer.hpp"

namespace physgrad::testing {
namespace {

struct InnerCase {
  const char *problem, *method;
  std::vector<double> losses;
};

std::vector<double> three_updates(const InnerCase& tested) {
  std::vector<SettingOverride> overrides;
  for (const char* change : {"batch=4", "samples=4", "test_samples=4", "rate=0.001", "rule=adam"})
    overrides.push_back(parse_override(built_in(), change));
  ResolvedPair pair = resolve_pair(built_in(), tested.problem, tested.method, overrides);
  TrainOptions options;
  options.max_steps = 3;
  options.seed = 0;
  std::vector<double> losses;
  for (const CurvePoint& point : train(pair.problem, *pair.method, options, {}).curve)
    losses.push_back(point.losses.train_loss);
  return losses;
}

TEST(InnerGolden, TakesTheStepsOfAnotherImplementation) {
  const std::vector<InnerCase> cases = {
      {"nonlinear-oscillators",
       "pg-lbfgs",
       {1.3178797255914136, 1.2382419661915232, 1.161210397250918, 1.088859899042998}},
      {"nonlinear-oscillators",
       "pg-gd",
       {1.3178797255914136, 1.1721755014639772, 1.0435721561580897, 0.934687639515166}},
      {"two-body", "pg-lbfgs", {1.7321210824726303, 1.6026831734552123, 1.488464732037305, 1.3815002536704544}},
      {"two-body", "pg-gd", {1.7321210824726303, 1.4624635433854987, 1.2306742079820179, 1.0291723307422271}},
      {"exponential",
       "pg-lbfgs",
       {0.01205571781838843, 0.01093417385747476, 0.00993018145003259, 0.009036321936342538}},
      {"exponential", "pg-gd", {0.01205571781838843, 0.01093417916117353, 0.009934278772321324, 0.009046630485201428}}};
  for (const InnerCase& tested : cases) {
    const std::vector<double> losses = three_updates(tested);
    ASSERT_EQ(losses.size(), 4U) << tested.problem << " " << tested.method;
    for (std::size_t k = 0; k < losses.size(); ++k)
      EXPECT_NEAR(losses[k] / tested.losses[k], 1.0, 1e-9) << tested.problem << " " << tested.method << " " << k;
  }
}

TEST(InnerGolden, TheFirstStepsAreThoseOfAnotherImplementation) {
  const auto length = [](const char* problem, const char* method) {
    std::vector<SettingOverride> overrides;
    for (const char* change : {"batch=4", "samples=4", "test_samples=4"})
      overrides.push_back(parse_override(built_in(), change));
    ResolvedPair pair = resolve_pair(built_in(), problem, method, overrides);
    const PreparedData data = prepare_data(pair.problem, 0);
    const Batch batch = select_samples(data.train, {0, 1, 2, 3});
    Meter meter;
    Evaluation at(pair.problem, data.theta, batch, meter, true);
    StepReport report;
    Vector update;
    pair.method->update(at, {}, update, report);
    return report.physics_step.norm();
  };
  EXPECT_NEAR(length("nonlinear-oscillators", "pg-lbfgs") / 1.844094096990375, 1.0, 1e-9);
  EXPECT_NEAR(length("nonlinear-oscillators", "pg-gd") / 10.435218548759392, 1.0, 1e-9);
  EXPECT_NEAR(length("two-body", "pg-lbfgs") / 2.1028836169711407, 1.0, 1e-9);
  EXPECT_NEAR(length("two-body", "pg-gd") / 9.345336894774475, 1.0, 1e-9);
  EXPECT_NEAR(length("exponential", "pg-lbfgs") / 7.387085844125838, 1.0, 1e-9);
  EXPECT_NEAR(length("exponential", "pg-gd") / 0.05572585910922163, 1.0, 1e-9);
}

}  // namespace
}  // namespace physgrad::testing
