// Searches: lengths and dampings that are known, what trials cost, and what goes with what.
#include <gtest/gtest.h>

#include <cmath>

#include "built_in.hpp"
#include "physgrad/catalogue/composition.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/model/networks.hpp"
#include "physgrad/train/trainer.hpp"
#include "physgrad/update/compose.hpp"
#include "physgrad/update/trial.hpp"

namespace physgrad::testing {
namespace {

/// y = x, of one control. With L = y^2 the gradient at x is 2 x, and the step of length l to x (1 - 2 l rate).
class Identity final : public Simulator {
 public:
  [[nodiscard]] Index controls() const override { return 1; }
  [[nodiscard]] Index outputs() const override { return 1; }
  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& /*context*/) const override { return x; }
  [[nodiscard]] LinearizationPtr linearize(const Matrix& x, const Matrix& /*context*/) const override {
    const auto same = [](const Matrix& v) { return v; };
    return make_linearization(x, same, same);
  }
};

struct Parabola {
  explicit Parabola(const std::string& text) {
    problem.simulator = std::make_shared<Identity>();
    problem.network = no_network(1);
    const MethodDefinition definition = parse_composition(built_in().parts(), text);
    method = make_method(built_in().parts(), definition, method_settings(built_in().parts(), definition));
    at = std::make_unique<Evaluation>(problem, theta, batch, meter, true, method->rounding);
  }
  double step() {
    Vector out;
    at->reset();
    method->update(*at, {}, out, report);
    return out[0];
  }
  Problem problem;
  Vector theta = Vector::Constant(1, 3.0);
  Batch batch{Matrix(0, 1), Matrix(0, 1), Matrix::Zero(1, 1), Matrix(0, 1)};
  Meter meter;
  std::unique_ptr<Method> method;
  std::unique_ptr<Evaluation> at;
  StepReport report;
};

TEST(Backtracking, HalvesAStepThatOvershootsToTheKnownLength) {
  // Armijo's condition holds for l rate <= 1 - 1e-4: of 3, 1.5, 0.75 the third.
  EXPECT_DOUBLE_EQ(Parabola("compose:rule=sgd,rate=3,search=backtracking").step(), -0.75 * 6);
  EXPECT_DOUBLE_EQ(Parabola("compose:rule=sgd,rate=0.75,search=backtracking").step(), -0.75 * 6);
  // Exactly across the minimum the loss is equal, which is no decrease.
  EXPECT_DOUBLE_EQ(Parabola("compose:rule=sgd,rate=1,search=backtracking").step(), -0.5 * 6);
}

TEST(Backtracking, CountsEveryTrial) {
  Parabola scene("compose:rule=sgd,rate=3,search=backtracking");
  scene.step();
  const Costs& costs = scene.meter.costs;
  EXPECT_EQ(costs.simulations, 1 + 3);
  EXPECT_EQ(costs.network_passes, 1 + 3);
  EXPECT_EQ(costs.simulator_vjps, 2);  // the step's and the slope's
}

TEST(Backtracking, StaysWhereNoTrialIsBetter) {
  EXPECT_EQ(Parabola("compose:rule=sgd,rate=3,search=backtracking,trials=2").step(), 0.0);
  // Adam's first step has the length of its rate, however near the minimum is.
  Parabola scene("compose:rule=adam,rate=1,search=backtracking,trials=3");
  scene.theta[0] = 1e-9;
  EXPECT_EQ(scene.step(), 0.0);
}

TEST(Backtracking, WhatIsNotFiniteIsNotHidden) {
  Parabola scene("compose:rule=sgd,search=backtracking");
  scene.theta[0] = std::nan("");
  EXPECT_TRUE(std::isnan(scene.step()));
}

TEST(Backtracking, NeverRaisesTheLossOfItsBatch) {
  for (const std::string text : {"compose:rule=sgd,rate=30,batch=8,search=backtracking",
                                 "compose:loss=newton,physics=inverse,rule=momentum,rate=1,batch=8,search=backtracking",
                                 "compose:physics=inverse,network=half-inverse,rule=sgd,rate=4,search=backtracking"}) {
    ResolvedPair pair =
        resolve_pair(built_in(), "coupled-oscillators", text, {parse_override(built_in(), "samples=32")});
    EXPECT_TRUE(pair.method->needs_derivatives()) << text;
    const PreparedData data = prepare_data(pair.problem, 2);
    const Batch batch = select_samples(data.train, {0, 1, 2, 3, 4, 5, 6, 7});
    Vector theta = data.theta, step;
    Meter meter;
    double before = std::numeric_limits<double>::infinity(), first = before;
    int moved = 0;
    for (int i = 0; i < 10; ++i) {
      Evaluation at(pair.problem, theta, batch, meter, true);
      EXPECT_LE(at.loss(), before) << text << " " << i;
      before = at.loss();
      if (i == 0) first = before;
      StepReport report;
      pair.method->update(at, {}, step, report);
      moved += step.norm() > 0 ? 1 : 0;
      theta += step;
    }
    EXPECT_GT(moved, 0) << text;
    EXPECT_LT(before, first) << text;
  }
}

TEST(Grid, TakesTheBestOfTheHalvings) {
  // The minimum is at l rate = 1/2: of 3, 1.5, 0.75, 0.375, ... the fourth is nearest.
  EXPECT_DOUBLE_EQ(Parabola("compose:rule=sgd,rate=3,search=grid").step(), -0.375 * 6);
  EXPECT_DOUBLE_EQ(Parabola("compose:rule=sgd,rate=0.5,search=grid").step(), -0.5 * 6);
  // Of two equals the longer one: 3 (1 - 2 l rate) is 1.5 and -1.5.
  EXPECT_DOUBLE_EQ(Parabola("compose:rule=sgd,rate=0.6666666666666666,search=grid,trials=2").step(), -2.0 / 3 * 6);
  // The shortest of 31 is 2^-30.
  EXPECT_DOUBLE_EQ(Parabola("compose:rule=sgd,rate=536870912,search=grid").step(), -0.5 * 6);
  EXPECT_EQ(Parabola("compose:rule=sgd,rate=1073741824,search=grid,trials=30").step(), 0.0);
}

TEST(Grid, CountsEveryTrialAndNeedsNoGradient) {
  Parabola scene("compose:rule=sgd,rate=3,search=grid,trials=7");
  scene.step();
  const Costs& costs = scene.meter.costs;
  EXPECT_EQ(costs.simulations, 1 + 7);
  EXPECT_EQ(costs.network_passes, 1 + 7);
  EXPECT_EQ(costs.simulator_vjps, 1);
  EXPECT_FALSE(resolve_pair(built_in(), "two-body", "compose:loss=newton,physics=inverse,search=grid", {})
                   .method->needs_derivatives());
}

TEST(Grid, StaysWhereNoTrialIsBetter) {
  // Exactly across the minimum the loss is equal, which is no decrease.
  EXPECT_EQ(Parabola("compose:rule=sgd,rate=1,search=grid,trials=1").step(), 0.0);
  Parabola scene("compose:rule=adam,rate=1,search=grid,trials=3");
  scene.theta[0] = 1e-9;
  EXPECT_EQ(scene.step(), 0.0);
  scene.theta[0] = std::nan("");
  EXPECT_TRUE(std::isnan(scene.step()));
}

std::string hash_of(const std::string& method, const std::vector<std::string>& changes) {
  std::vector<SettingOverride> overrides;
  for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
  ResolvedPair pair = resolve_pair(built_in(), "two-body", method, overrides);
  TrainOptions options;
  options.max_steps = 4;
  return train(pair.problem, *pair.method, options, {}).trajectory_hash;
}

TEST(Search, OfAMethodIsThatOfItsComposition) {
  for (const std::string search : {"grid", "backtracking", "model"}) {
    EXPECT_EQ(
        hash_of("gn", {"search=" + search, "rate=2", "batch=8", "tau=1e-4"}),
        hash_of("compose:loss=newton,physics=joint,kappa=1,rate=2,batch=8,tau=1e-4,rule=sgd,search=" + search, {}));
    EXPECT_EQ(
        hash_of("spring", {"search=" + search, "rate=2", "batch=8", "damping=1e-3", "momentum=0.8"}),
        hash_of("compose:loss=newton,physics=spring,rate=2,batch=8,damping=1e-3,momentum=0.8,rule=sgd,search=" + search,
                {}));
    EXPECT_NE(hash_of("sven", {"search=" + search, "rate=8"}), hash_of("sven", {"rate=8"}));
    EXPECT_NE(hash_of("compose:loss=newton,physics=damped,rule=sgd,rate=8,search=" + search, {}),
              hash_of("compose:loss=newton,physics=damped,rule=sgd,rate=8", {}));
  }
  EXPECT_EQ(hash_of("hig", {"search=fixed"}), hash_of("hig", {}));
}

TEST(Search, SinglePrecisionRoundsTheTrial) {
  const ResolvedPair pair =
      resolve_pair(built_in(), "nonlinear-oscillators", "compose:precision=single,search=backtracking", {});
  EXPECT_EQ(pair.method->rounding, Rounding::single);
  const PreparedData data = prepare_data(pair.problem, 1);
  const Batch batch = select_samples(data.train, {0, 1, 2});
  Meter meter;
  const auto is_single = [](const Matrix& m) { return m == m.cast<float>().cast<double>(); };
  for (const Rounding rounding : {Rounding::single, Rounding::none}) {
    Evaluation at(pair.problem, data.theta, batch, meter, true, rounding);
    Trial trial(at, false);
    (void)trial.loss(Vector::Constant(data.theta.size(), 1e-3));
    EXPECT_EQ(is_single(trial.evaluation().theta()), rounding == Rounding::single);
    EXPECT_EQ(is_single(trial.evaluation().control()), rounding == Rounding::single);
    EXPECT_EQ(is_single(trial.evaluation().state()), rounding == Rounding::single);
  }
}

TEST(Search, PredictedBytesContainATrial) {
  const Problem problem = resolve_pair(built_in(), "two-body", "dp-sgd", {}).problem;
  const auto predicted = [&](const std::string& text) {
    const MethodDefinition definition = parse_composition(built_in().parts(), text);
    return make_method(built_in().parts(), definition, method_settings(built_in().parts(), definition))
        ->predicted_bytes(method_sizes(problem, 32), {});
  };
  for (const std::string search : {"backtracking", "grid", "model"})
    EXPECT_GE(predicted("compose:rule=sgd,search=" + search) - predicted("compose:rule=sgd"),
              evaluation_bytes(problem, 32, false))
        << search;
}

TEST(Damping, OfAComposedMethodIsLevenbergMarquardt) {
  const auto hash = [](const std::string& method, const std::vector<std::string>& changes) {
    std::vector<SettingOverride> overrides;
    for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
    ResolvedPair pair = resolve_pair(built_in(), "two-body", method, overrides);
    TrainOptions options;
    options.max_steps = 6;
    return train(pair.problem, *pair.method, options, {}).trajectory_hash;
  };
  EXPECT_EQ(hash("lm", {"batch=8", "damping=1e-3"}),
            hash("compose:loss=newton,physics=damped,rule=sgd,rate=1,search=damping,batch=8", {}));
  EXPECT_NE(hash("lm", {"batch=8", "damping=1e-3"}),
            hash("compose:loss=newton,physics=damped,rule=sgd,rate=1,batch=8", {}));
}

TEST(Damping, PromisesWhatAShorterStepGainsOnALinearModel) {
  // y = x: with rate s and damping d the step is -s x / (1 + d), and the loss falls by exactly the model's share, so
  // that the gain ratio is 1 and the damping falls to a third.
  Parabola scene("compose:loss=newton,physics=damped,rule=sgd,rate=0.5,damping=0.25,search=damping");
  EXPECT_DOUBLE_EQ(scene.step(), -0.5 * 3 / 1.25);
  EXPECT_NEAR(scene.step(), -0.5 * 3 / (1 + 0.25 / 3), 1e-12);
}

std::string refusal(const std::string& text) {
  try {
    (void)parse_composition(built_in().parts(), text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Search, WhatDoesNotGoTogetherIsRefusedInOneLine) {
  EXPECT_EQ(refusal("compose:loss=newton,rule=sgd,search=damping"),
            "search=damping adapts a damping; it goes with physics=damped only");
  EXPECT_EQ(refusal("compose:loss=newton,physics=damped,rule=adam,search=damping"),
            "search=damping tries a step several times; it goes with rule=sgd only");
  EXPECT_EQ(refusal("compose:physics=damped,rule=sgd,search=damping"),
            "search=damping compares with the linear model's residual; it goes with loss=newton only");
  EXPECT_EQ(refusal("compose:loss=newton,physics=newton"),
            "physics=newton contains the loss; it goes with loss=gradient only");
  EXPECT_EQ(refusal("compose:physics=joint,network=damped"),
            "a joint step is one step of physics and network: physics=joint goes with network=joint only");
  EXPECT_NE(refusal("compose:search=backtrack").find("unknown search 'backtrack'; did you mean 'backtracking'"),
            std::string::npos);
  EXPECT_NE(refusal("compose:trials=3").find("unknown key"), std::string::npos);
  EXPECT_EQ(refusal("compose:rule=adam,warmup=0.2"), "warmup=0.2 has no effect in a composition: schedule is constant");
  EXPECT_EQ(refusal("compose:rule=adam,warmup=0.2,schedule=cosine"), "");
}

TEST(Search, FixedIsNotMentionedInNamesAndSettings) {
  const auto name = [](const std::string& text) {
    return composition_name(parse_composition(built_in().parts(), text));
  };
  EXPECT_EQ(name("compose:search=fixed,rule=sgd"), "compose:loss=gradient,physics=adjoint,network=adjoint,rule=sgd");
  EXPECT_EQ(name("compose:trials=4,search=backtracking,rule=sgd"),
            "compose:loss=gradient,physics=adjoint,network=adjoint,rule=sgd,search=backtracking,trials=4");
  EXPECT_EQ(name("compose:network=damped"), "compose:loss=gradient,physics=damped,network=damped,rule=adam");
  EXPECT_FALSE(resolve_pair(built_in(), "quadratic", "compose:rule=sgd", {}).used.contains("search"));
}

// L = x^2 is its own model: from anywhere, with whatever rate is long enough, the step leads to the minimum.
TEST(ModelSearch, TakesTheLengthAtWhichTheModelIsLeast) {
  for (const std::string rate : {"1", "7", "1e6"})
    EXPECT_NEAR(Parabola("compose:rule=sgd,rate=" + rate + ",search=model").step(), -3.0, 1e-14) << rate;
  // What is shorter is taken as it is.
  EXPECT_DOUBLE_EQ(Parabola("compose:rule=sgd,rate=0.25,search=model").step(), -0.25 * 6);
}

TEST(ModelSearch, CountsOneProductAndTheTrial) {
  Parabola scene("compose:rule=sgd,rate=3,search=model");
  scene.step();
  const Costs& costs = scene.meter.costs;
  EXPECT_EQ(costs.simulations, 1 + 1);
  EXPECT_EQ(costs.simulator_jvps, 1);
  EXPECT_EQ(costs.simulator_vjps, 1);
}

TEST(ModelSearch, StaysAtAMinimumAndHidesNothing) {
  Parabola scene("compose:rule=adam,rate=1,search=model,trials=3");
  scene.theta[0] = 0;
  EXPECT_EQ(scene.step(), 0.0);
  Parabola hole("compose:rule=sgd,search=model");
  hole.theta[0] = std::nan("");
  EXPECT_TRUE(std::isnan(hole.step()));
}

}  // namespace
}  // namespace physgrad::testing
