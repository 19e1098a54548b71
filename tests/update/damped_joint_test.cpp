// Levenberg-Marquardt and SPRING against their formulas on the dense Jacobian.
#include "update/damped_joint.hpp"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>

#include "catalogue/catalogue.hpp"
#include "train/trainer.hpp"
#include "update/joint_jacobian.hpp"

namespace physgrad::testing {
namespace {

struct Scene {
  explicit Scene(const std::string& method, const std::vector<std::string>& changes = {}) {
    std::vector<SettingOverride> overrides;
    for (const std::string& change : changes) overrides.push_back(parse_override(change));
    pair = resolve_pair("coupled-oscillators", method, overrides);
    data = prepare_data(pair.problem, 1);
    theta = data.theta;
    batch = select_samples(data.train, {0, 1, 2, 3, 4});
  }
  Vector update() {
    Evaluation at(pair.problem, theta, batch, clock, true);
    Vector out;
    pair.method->update(at, out, report);
    return out;
  }
  [[nodiscard]] double loss(const Vector& step) {
    const Vector moved = theta + step;
    Evaluation at(pair.problem, moved, batch, clock, false);
    return at.loss();
  }
  // J and y - y* at theta.
  void look(Matrix& jacobian, Vector& residual) {
    Evaluation at(pair.problem, theta, batch, clock, true);
    jacobian = JointJacobian(at).dense();
    residual = (at.state() - batch.target).reshaped();
  }
  ResolvedPair pair;
  PreparedData data;
  Vector theta;
  Batch batch;
  PhaseClock clock;
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
