// Hessian-free steps against dense algebra, and against another implementation.
#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <cmath>
#include <memory>
#include <numeric>
#include <string>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/model/networks.hpp"
#include "physgrad/train/trainer.hpp"
#include "physgrad/update/compose.hpp"
#include "physgrad/update/joint_jacobian.hpp"

namespace physgrad::testing {
namespace {

struct HessianFreeScene {
  explicit HessianFreeScene(const std::string& problem, const std::vector<std::string>& changes = {}) {
    std::vector<SettingOverride> overrides;
    for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
    pair = resolve_pair(built_in(), problem, "hessian-free", overrides);
    data = prepare_data(pair.problem, 1);
    theta = data.theta;
    look_at(0, 8);
  }
  /// The batch of training samples first, first + 1, ...
  void look_at(Index first, Index count) {
    std::vector<Index> which(static_cast<std::size_t>(count));
    std::iota(which.begin(), which.end(), first);
    batch = select_samples(data.train, which);
  }
  Vector update() {
    Evaluation at(pair.problem, theta, batch, meter, true);
    Vector out;
    StepReport report;
    pair.method->update(at, {}, out, report);
    return out;
  }
  [[nodiscard]] double loss(const Vector& step) {
    const Vector moved = theta + step;
    Evaluation at(pair.problem, moved, batch, meter, false);
    return at.loss();
  }
  ResolvedPair pair;
  PreparedData data;
  Vector theta;
  Batch batch;
  Meter meter;
};

// So much damping that the model holds and the last iterate is the best, on so few rows that it is the solution.
TEST(HessianFree, SolvesTheDampedGaussNewtonSystem) {
  for (const std::string hessian : {"state", "control"}) {
    HessianFreeScene scene("coupled-oscillators", {"damping=300", "hessian=" + hessian});
    scene.look_at(0, 2);
    Evaluation at(scene.pair.problem, scene.theta, scene.batch, scene.meter, true);
    const Vector g = at.gradient();
    const double curvature = 2.0 / 2;  // L = 1/B |y - y*|^2
    Matrix jacobian = std::sqrt(curvature) * JointJacobian(at).dense();
    if (hessian == "control") {
      const Matrix gx = at.physics_vjp(at.loss_gradient());
      const double scale = curvature * at.physics_jvp(gx).squaredNorm() / gx.squaredNorm();
      jacobian = std::sqrt(scale) * JointJacobian(at, Through::network).dense();
    }
    Matrix system = jacobian.transpose() * jacobian;
    system.diagonal().array() += 300;
    const Vector expected = -system.ldlt().solve(g);
    EXPECT_LT((scene.update() - expected).norm(), 1e-9 * expected.norm()) << hessian;
  }
}

/// Losses of the batch before and after an update, and of the update its norm, entry 7 and entry n - 3.
struct OtherStep {
  double before, after, norm, entry, late;
};

/// Batches of samples 0-7, 8-15 and 16-23 of seed 1, one update each, from `scale` times the start weights.
void expect_steps(HessianFreeScene scene, double scale, const std::vector<OtherStep>& steps) {
  scene.theta *= scale;
  Index first = 0;
  for (const OtherStep& expected : steps) {
    scene.look_at(first, 8);
    first += 8;
    const Vector none = Vector::Zero(scene.theta.size());
    EXPECT_NEAR(scene.loss(none), expected.before, 1e-9 * expected.before);
    const Vector update = scene.update();
    EXPECT_NEAR(scene.loss(update), expected.after, 1e-9 * expected.after);
    EXPECT_NEAR(update.norm(), expected.norm, 1e-9 * expected.norm);
    EXPECT_NEAR(update[7], expected.entry, 1e-9 * expected.norm);
    EXPECT_NEAR(update[update.size() - 3], expected.late, 1e-9 * expected.norm);
    scene.theta += update;
  }
}

// Computed by another implementation of docs/methods.md, in Python: dense Jacobians by automatic differentiation (JAX,
// double precision), the simulators and conjugate gradients in NumPy, from the weights and batches of `inspect`. On the
// oscillators, where G has a few large eigenvalues, round-off grows to 1e-5 within eleven iterations there; hence six.
TEST(HessianFree, TakesTheStepsOfAnotherImplementationOnOscillators) {
  expect_steps(
      HessianFreeScene("coupled-oscillators", {"iterations=6"}), 1,
      {{0.88783362619392903, 0.18410479623991521, 0.41817046609805686, 0.022802947909493172, 0.032721011101009743},
       {0.27916718775735322, 0.081859093115290132, 0.33696241999069004, 0.022313353019424321, 0.014869889347257978},
       {0.21631634655417895, 0.072358985907771511, 0.39512591251957718, -0.00029220605325084139,
        0.022182377191355435}});
  expect_steps(
      HessianFreeScene("coupled-oscillators", {"iterations=6", "hessian=control"}), 1,
      {{0.88783362619392903, 0.36769125804792641, 0.24096282620440948, 0.0031247177819285869, 0.020687470146223165},
       {0.53934705111893733, 0.29352729639437414, 0.29246062622575308, 0.0070488004986597767, 0.00068219845581668904},
       {0.31880856551708325, 0.22789375794739797, 0.27285433631684813, 0.0042167711388643638, 0.0091231170072656395}});
}

// Far from linear: gain ratios of 0.93, 0.59 and 0.83, so that the damping stays once.
TEST(HessianFree, TakesTheStepsOfAnotherImplementationWhereTheModelIsPoor) {
  expect_steps(
      HessianFreeScene("coupled-oscillators", {"iterations=7", "damping=1e-3"}), 4,
      {{69.15031372451314, 8.6951323289745339, 1.5918522429920785, -0.020726283993266391, 0.066499308734631002},
       {58.659299601848673, 25.198019562326333, 2.0316377878250753, 0.03124335229115744, 0.070916293521879128},
       {25.83753151904903, 5.4599337429716925, 1.8703098762788004, 0.032630683067316875, 0.047419444942903552}});
}

// Martens' test ends the solutions after 16, 19 and 19 iterations; the iterates taken are the 14th, the 5th and the
// 7th.
TEST(HessianFree, TakesTheStepsOfAnotherImplementationOnPoisson) {
  expect_steps(
      HessianFreeScene("poisson", {"damping=1000"}), 1,
      {{2397.6097631689472, 701.09581372636967, 0.89295951920931471, 0.011169470711888544, 0.013788410965164826},
       {1672.9829374857459, 469.45484244504934, 0.91119173742204629, 0.010231778002017628, -0.0039766206429209007},
       {1427.2364220508393, 390.996501975912, 1.0024675963543592, 0.0035910149733440842, -0.012688280682314323}});
}

TEST(HessianFree, NeverRaisesTheLossOfItsBatch) {
  for (const std::string problem : {"coupled-oscillators", "two-body", "exponential"}) {
    HessianFreeScene scene(problem, {"damping=1e-12"});
    scene.theta *= 3;
    for (Index step = 0; step < 6; ++step) {
      scene.look_at(8 * step, 8);
      const Vector update = scene.update();
      EXPECT_LE(scene.loss(update), scene.loss(Vector::Zero(update.size()))) << problem << step;
      scene.theta += update;
    }
  }
}

TEST(HessianFree, CountsEveryProduct) {
  const auto costs = [](const std::string& hessian) {
    HessianFreeScene scene("coupled-oscillators", {"iterations=3", "warm_start=0", "hessian=" + hessian});
    (void)scene.update();
    return scene.meter.costs;
  };
  // Three products of the matrix and the gradient, of eight samples; the state, three iterates at most, and no line
  // search.
  const Costs state = costs("state"), control = costs("control");
  EXPECT_EQ(state.simulator_jvps, 3 * 8);
  EXPECT_EQ(state.simulator_vjps, (3 + 1) * 8);
  EXPECT_EQ(state.network_jvps, 3 * 8);
  EXPECT_EQ(state.network_vjps, (3 + 1) * 8);
  EXPECT_EQ(state.simulations, state.network_passes);
  EXPECT_LE(state.simulations, (1 + 3) * 8);
  // One product with the physics says how curved the loss is in x.
  EXPECT_EQ(control.simulator_jvps, 8);
  EXPECT_EQ(control.simulator_vjps, 8);
  EXPECT_EQ(control.network_jvps, 3 * 8);
  EXPECT_GT(state.flops, control.flops);
}

/// y = atan x, along which full Gauss-Newton steps overshoot from afar.
class Arctangent final : public Simulator {
 public:
  [[nodiscard]] Index controls() const override { return 1; }
  [[nodiscard]] Index outputs() const override { return 1; }
  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& /*context*/) const override { return x.array().atan(); }
  [[nodiscard]] LinearizationPtr linearize(const Matrix& x, const Matrix& context) const override {
    const auto times = [x](const Matrix& v) -> Matrix { return v.array() / (1 + x.array().square()); };
    return make_linearization(run(x, context), times, times);
  }
};

// With one parameter an iteration solves the system, and Martens' rule and the line search can be followed by hand.
TEST(HessianFree, DampingAndLengthFollowTheGain) {
  Problem problem;
  problem.simulator = std::make_shared<Arctangent>();
  problem.network = no_network(1);
  const Batch batch{Matrix(0, 1), Matrix(0, 1), Matrix::Zero(1, 1), Matrix(0, 1)};
  const MethodDefinition definition = find_method(built_in(), "hessian-free");
  Settings settings = method_settings(built_in().parts(), definition);
  double damping = 1e-3, x = 4;
  settings.set("damping", damping);
  const auto method = make_method(built_in().parts(), definition, settings);
  int grown = 0, kept = 0, shrunk = 0, shortened = 0;
  for (int step = 0; step < 40; ++step) {
    const auto loss = [](double at) { return std::atan(at) * std::atan(at); };
    const double slope = 1 / (1 + x * x), g = 2 * std::atan(x) * slope, curvature = 2 * slope * slope;
    const double d = -g / (curvature + damping), ratio = (loss(x) - loss(x + d)) / (-0.5 * g * d);
    double length = 1;
    for (; loss(x + length * d) > loss(x) + 1e-4 * length * g * d; length /= 2) ++shortened;
    const Vector theta = Vector::Constant(1, x);
    Meter meter;
    Evaluation at(problem, theta, batch, meter, true);
    Vector update;
    StepReport report;
    method->update(at, {}, update, report);
    EXPECT_NEAR(update[0], length * d, 1e-9 * std::abs(d)) << step;
    damping *= ratio < 0.25 ? 1.5 : ratio > 0.75 ? 2.0 / 3 : 1.0;
    ++(ratio < 0.25 ? grown : ratio > 0.75 ? shrunk : kept);
    // Every fifth time thrown back, for another approach.
    x = step % 5 == 4 ? 4.0 - 0.2 * step / 5 : x + length * d;
  }
  EXPECT_GE(grown, 3);
  EXPECT_GE(kept, 1);
  EXPECT_GE(shrunk, 3);
  EXPECT_GE(shortened, 3);
}

/// y = x, whose tangents are not finite.
class BrokenTangent final : public Simulator {
 public:
  [[nodiscard]] Index controls() const override { return 2; }
  [[nodiscard]] Index outputs() const override { return 2; }
  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& /*context*/) const override { return x; }
  [[nodiscard]] LinearizationPtr linearize(const Matrix& x, const Matrix& /*context*/) const override {
    return make_linearization(
        x, [](const Matrix& v) -> Matrix { return std::nan("") * v; }, [](const Matrix& v) { return v; });
  }
};

TEST(HessianFree, WhatIsNotFiniteGivesNoFiniteStep) {
  Problem problem;
  problem.simulator = std::make_shared<BrokenTangent>();
  problem.network = no_network(2);
  const Batch batch{Matrix(0, 1), Matrix(0, 1), Matrix::Zero(2, 1), Matrix(0, 1)};
  const MethodDefinition definition = find_method(built_in(), "hessian-free");
  const auto update = [&](const Vector& theta, const char* hessian) {
    Settings settings = method_settings(built_in().parts(), definition);
    settings.set("hessian", std::string(hessian));
    Meter meter;
    Evaluation at(problem, theta, batch, meter, true);
    Vector out;
    StepReport report;
    make_method(built_in().parts(), definition, settings)->update(at, {}, out, report);
    return out;
  };
  for (const char* hessian : {"state", "control"}) {
    EXPECT_TRUE(update(Vector::Ones(2), hessian).array().isNaN().all()) << hessian;
    EXPECT_TRUE(update(Vector::Constant(2, INFINITY), hessian).array().isNaN().all()) << hessian;
    // At the minimum there is nothing to solve.
    EXPECT_EQ(update(Vector::Zero(2), hessian), Vector(Vector::Zero(2))) << hessian;
  }
}

}  // namespace
}  // namespace physgrad::testing
