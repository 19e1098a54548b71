// Levenberg-Marquardt and SPRING against their formulas on the dense Jacobian.
#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/catalogue/settled.hpp"
#include "physgrad/model/networks.hpp"
#include "physgrad/train/trainer.hpp"
#include "physgrad/update/compose.hpp"
#include "physgrad/update/joint_jacobian.hpp"

namespace physgrad::testing {
namespace {

struct Scene {
  explicit Scene(const std::string& method, const std::vector<std::string>& changes = {}) {
    std::vector<SettingOverride> overrides;
    for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
    pair = resolve_pair(built_in(), "coupled-oscillators", method, overrides);
    data = prepare_data(pair.problem, 1);
    theta = data.theta;
    batch = select_samples(data.train, {0, 1, 2, 3, 4});
  }
  Vector update() {
    Evaluation at(pair.problem, theta, batch, meter, true);
    Vector out;
    pair.method->update(at, {}, out, report);
    return out;
  }
  [[nodiscard]] double loss(const Vector& step) {
    const Vector moved = theta + step;
    Evaluation at(pair.problem, moved, batch, meter, false);
    return at.loss();
  }
  // J and y - y* at theta.
  void look(Matrix& jacobian, Vector& residual) {
    Evaluation at(pair.problem, theta, batch, meter, true);
    jacobian = JointJacobian(at).dense();
    residual = (at.state() - batch.target).reshaped();
  }
  ResolvedPair pair;
  PreparedData data;
  Vector theta;
  Batch batch;
  Meter meter;
  StepReport report;
};

Vector damped(const Matrix& jacobian, const Vector& residual, double damping) {
  Matrix gram = jacobian * jacobian.transpose();
  gram.diagonal().array() += damping * gram.trace() / static_cast<double>(gram.rows());
  return jacobian.transpose() * gram.ldlt().solve(residual);
}

TEST(LevenbergMarquardt, StepsByTheDampedNormalEquations) {
  Scene scene("lm", {"damping=0.1"});
  Matrix jacobian;
  Vector residual;
  scene.look(jacobian, residual);
  const Vector expected = -damped(jacobian, residual, 0.1);
  ASSERT_LT(scene.loss(expected), scene.loss(Vector::Zero(expected.size())));
  EXPECT_LT((scene.update() - expected).norm(), 1e-9 * expected.norm());
  EXPECT_EQ(scene.report.kernel, "cholesky");
}

/// Algorithm 3.16 of Nielsen (1999), with dense matrices: the step and what the damping becomes.
struct NielsenStep {
  Vector step;
  double damping, growth, ratio;
  int refused;
};
NielsenStep nielsen(Scene& scene, double damping, double growth, int trials) {
  Matrix jacobian;
  Vector residual;
  scene.look(jacobian, residual);
  const double unit = jacobian.squaredNorm() / static_cast<double>(jacobian.rows());
  const Vector gradient = jacobian.transpose() * residual;
  const Vector still = Vector::Zero(jacobian.cols());
  // The loss is 1/B |r|^2, which is 2/B times the 1/2 |r|^2 of the paper.
  const double scale = 2.0 / 5;
  for (int trial = 0; trial < trials; ++trial) {
    const Vector h = -damped(jacobian, residual, damping);
    const double predicted = 0.5 * h.dot(damping * unit * h - gradient);
    const double ratio = (scene.loss(still) - scene.loss(h)) / (scale * predicted);
    if (ratio > 0) return {h, damping * std::max(1.0 / 3, 1 - std::pow(2 * ratio - 1, 3)), 2, ratio, trial};
    damping *= growth;
    growth *= 2;
  }
  return {still, damping, growth, -1, trials};
}

TEST(LevenbergMarquardt, FollowsNielsensDampingWhateverTheGainRatio) {
  int accepted_in_part = 0, retried = 0;
  for (const std::string start : {"1e-10", "1e-3", "1"}) {
    Scene scene("lm", {"damping=" + start, "trials=3"});
    scene.theta *= 8;  // far from linear
    double damping = std::stod(start), growth = 2;
    for (int step = 0; step < 8; ++step) {
      const NielsenStep expected = nielsen(scene, damping, growth, 3);
      const Vector update = scene.update();
      EXPECT_LE((update - expected.step).norm(), 1e-6 * expected.step.norm()) << start << " " << step;
      damping = expected.damping;
      growth = expected.growth;
      scene.theta += update;
      accepted_in_part += expected.ratio > 0 && expected.ratio < 0.93 ? 1 : 0;  // where the factor is not 1/3
      retried += expected.refused > 0 ? 1 : 0;
    }
  }
  EXPECT_GE(accepted_in_part, 3);
  EXPECT_GE(retried, 3);
}

/// Says that it moves with its control, and does not.
class Plateau final : public Simulator {
 public:
  [[nodiscard]] Index controls() const override { return 2; }
  [[nodiscard]] Index outputs() const override { return 2; }
  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& /*context*/) const override {
    return Matrix::Ones(2, x.cols());
  }
  [[nodiscard]] LinearizationPtr linearize(const Matrix& x, const Matrix& context) const override {
    const auto same = [](const Matrix& v) { return v; };
    return make_linearization(run(x, context), same, same);
  }
};

TEST(LevenbergMarquardt, AnEqualLossIsNoSuccess) {
  Problem problem;
  problem.simulator = std::make_shared<Plateau>();
  problem.network = no_network(2);
  const Batch batch{Matrix(0, 1), Matrix(0, 1), Matrix::Zero(2, 1), Matrix(0, 1)};
  const Vector theta = Vector::Zero(2);
  Meter meter;
  Evaluation at(problem, theta, batch, meter, true);
  Vector update;
  StepReport report;
  const MethodDefinition lm = find_method(built_in(), "lm");
  make_method(built_in().parts(), lm, method_settings(built_in().parts(), lm))->update(at, {}, update, report);
  EXPECT_EQ(update, theta);
  // At the solution there is nothing to try.
  Scene solved("lm");
  solved.batch.target = solved.pair.problem.simulator->run(
      solved.pair.problem.network->run(solved.theta, solved.batch.input), solved.batch.context);
  EXPECT_EQ(solved.update(), Vector(Vector::Zero(solved.theta.size())));
}

TEST(LevenbergMarquardt, NeverRaisesTheLossOfItsBatch) {
  Scene scene("lm", {"damping=1e-10"});  // the first trials overshoot
  for (int step = 0; step < 20; ++step) {
    const Vector update = scene.update();
    EXPECT_LE(scene.loss(update), scene.loss(Vector::Zero(update.size())));
    scene.theta += update;
  }
  EXPECT_LT(scene.loss(Vector::Zero(scene.theta.size())), 1e-8);
}

TEST(Spring, CarriesItsLastDirectionOutsideTheRowsItSees) {
  Scene scene("spring", {"damping=0.05", "momentum=0.9", "rate=0.5"});
  Matrix jacobian;
  Vector residual;
  scene.look(jacobian, residual);
  Vector direction = damped(jacobian, residual, 0.05);
  const Vector first = scene.update();
  EXPECT_LT((first + 0.5 * direction).norm(), 1e-9 * direction.norm());
  scene.theta += first;
  scene.look(jacobian, residual);
  direction = damped(jacobian, residual - 0.9 * jacobian * direction, 0.05) + 0.9 * direction;
  EXPECT_LT((scene.update() + 0.5 * direction).norm(), 1e-9 * direction.norm());
}

}  // namespace
}  // namespace physgrad::testing
