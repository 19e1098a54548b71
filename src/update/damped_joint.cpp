#include "physgrad/update/damped_joint.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "physgrad/linalg/damped_solve.hpp"
#include "physgrad/update/joint_jacobian.hpp"
#include "physgrad/update/network_step.hpp"

namespace physgrad {
namespace {

const char* const kKernel = "cholesky";

// K, which the factorisation overwrites, and what K is made of, or J where it has fewer columns than rows; directions
// and an update.
double damped_bytes(const MethodSizes& sizes) {
  const Index rows = sizes.outputs * sizes.batch;
  const auto smaller = static_cast<double>(std::min(rows, sizes.parameters));
  const bool structured = sizes.factored && rows <= sizes.parameters;
  const double made_of = structured ? gram_tile_bytes(sizes.blocks, rows, sizes.outputs)
                                    : 8.0 * static_cast<double>(rows * sizes.parameters);
  const double vectors = 32.0 * static_cast<double>(sizes.parameters);
  return 8.0 * smaller * smaller + made_of + joint_jacobian_bytes(sizes, true) + vectors;
}

void report_solution(Evaluation& at, const JacobianOperator& jacobian, const DampedSolution& solution,
                     StepReport& report) {
  const auto order = static_cast<double>(std::min(jacobian.rows(), jacobian.cols()));
  at.costs().decompositions += 1;
  at.costs().flops += order * order * order / 3 + 8 * order * order;
  report.error_estimate = solution.error_estimate;
  report.kernel = kKernel;
  report.handed_over = 0;
  report.kernel_failure = solution.succeeded ? "" : "the damped Gram matrix has no factor in double precision";
}

class LevenbergMarquardt final : public Method {
 public:
  explicit LevenbergMarquardt(const Settings& settings)
      : damping_(settings.real("damping")), trials_(settings.integer("trials")) {}

  void update(Evaluation& at, const StepLimits& /*limits*/, Vector& out, StepReport& report) override {
    const Matrix residual = -at.problem().loss->newton_step(at.state(), at.batch().target);
    JointJacobian jacobian(at);
    const double unit = jacobian.squared_norm() / static_cast<double>(jacobian.rows());
    const double before = at.loss();
    out = Vector::Zero(jacobian.cols());
    if (residual.isZero(0.0)) return;  // no step is better
    for (long trial = 0; trial < trials_; ++trial) {
      const DampedSolution solution = [&] {
        const PhaseScope scope(at.clock(), Phase::linear_algebra);
        return damped_solve(jacobian, residual.reshaped(), damping_ * unit);
      }();
      report_solution(at, jacobian, solution, report);
      if (solution.succeeded) {
        const Vector step = -solution.direction;
        const double gain = before - loss_at(at, step);
        // J h = -K w and (K + lambda I) w = r, so that r + J h = lambda w.
        const double left = damping_ * unit * solution.weights.norm() / residual.norm();
        const double predicted = before * (1 - left * left);
        if (gain > 0) {
          accept(predicted > 0 ? gain / predicted : kMost);  // round-off may hide a decrease from the model
          out = step;
          return;
        }
      }
      damping_ = std::min(kMost, damping_ * growth_);
      growth_ = std::min(kMost, 2 * growth_);
    }
  }
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& /*limits*/) const override {
    return damped_bytes(sizes);
  }

 private:
  static constexpr double kLeast = 1e-12, kMost = 1e12;

  void accept(double ratio) {
    damping_ = std::max(kLeast, damping_ * std::max(1.0 / 3, 1 - std::pow(2 * ratio - 1, 3)));
    growth_ = 2;
  }

  [[nodiscard]] static double loss_at(Evaluation& at, const Vector& step) {
    const Problem& problem = at.problem();
    Matrix x;
    {
      const PhaseScope scope(at.clock(), Phase::network);
      x = problem.network->run(at.theta() + step, at.batch().input);
      at.count_network_passes(at.samples());
    }
    const PhaseScope scope(at.clock(), Phase::simulate);
    const double loss = problem.loss->value(simulate(*problem.simulator, x, at.batch().context), at.batch().target);
    return std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity();
  }

  double damping_, growth_ = 2;
  long trials_;
};

class Spring final : public Method {
 public:
  explicit Spring(const Settings& settings)
      : rate_(settings.real("rate")), damping_(settings.real("damping")), momentum_(settings.real("momentum")) {}

  void update(Evaluation& at, const StepLimits& /*limits*/, Vector& out, StepReport& report) override {
    JointJacobian jacobian(at);
    Vector residual = -at.problem().loss->newton_step(at.state(), at.batch().target).reshaped();
    const double unit = jacobian.squared_norm() / static_cast<double>(jacobian.rows());
    const PhaseScope scope(at.clock(), Phase::linear_algebra);
    if (direction_.size() > 0) residual -= momentum_ * jacobian.times(direction_);
    const DampedSolution solution = damped_solve(jacobian, residual, damping_ * unit);
    report_solution(at, jacobian, solution, report);
    if (direction_.size() == 0) direction_ = Vector::Zero(jacobian.cols());
    direction_ = momentum_ * direction_ + solution.direction;
    out = -rate_ * direction_;
  }
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& /*limits*/) const override {
    return damped_bytes(sizes);
  }

 private:
  double rate_, damping_, momentum_;
  Vector direction_;
};

SettingSpec damping_setting() {
  return real_setting("damping", 1e-3, 1e-14, 1e12, "added to the diagonal of J J^T, in units of its mean");
}

}  // namespace

std::vector<SettingSpec> levenberg_settings() {
  return {damping_setting(),
          integer_setting("trials", 5, 1, 100, "dampings tried a step before theta stays where it is")};
}

std::unique_ptr<Method> make_levenberg_marquardt(const Settings& settings) {
  return std::make_unique<LevenbergMarquardt>(settings);
}

std::vector<SettingSpec> spring_settings() {
  return {damping_setting(), real_setting("rate", 1.0, 0, 1e12, "learning rate"),
          real_setting("momentum", 0.9, 0, 1, "share of the last direction kept")};
}

std::unique_ptr<Method> make_spring(const Settings& settings) { return std::make_unique<Spring>(settings); }

}  // namespace physgrad
