#include "update/damped_joint.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "linalg/damped_solve.hpp"
#include "update/joint_jacobian.hpp"

namespace physgrad {
namespace {

const char* const kKernel = "cholesky";

// K twice: the factorisation overwrites one.
double gram_bytes(Index rows, Index parameters) {
  const auto smaller = static_cast<double>(std::min(rows, parameters));
  return 16.0 * smaller * smaller;
}

void report_solution(const DampedSolution& solution, StepReport& report) {
  report.error_estimate = solution.error_estimate;
  report.kernel = kKernel;
}

class LevenbergMarquardt final : public Method {
 public:
  explicit LevenbergMarquardt(const Settings& settings)
      : damping_(settings.real("damping")), trials_(settings.integer("trials")) {}

  void update(Evaluation& at, Vector& out, StepReport& report) override {
    const Matrix residual = -at.problem().loss->newton_step(at.state(), at.batch().target);
    JointJacobian jacobian(at);
    const double unit = jacobian.squared_norm() / static_cast<double>(jacobian.rows());
    const double before = at.loss();
    for (long trial = 0; trial < trials_; ++trial) {
      const DampedSolution solution = [&] {
        const PhaseScope scope(at.clock(), Phase::linear_algebra);
        return damped_solve(jacobian, residual.reshaped(), damping_ * unit);
      }();
      report_solution(solution, report);
      if (solution.succeeded) {
        out = -solution.direction;
        const double gain = before - loss_at(at, out);
        if (gain >= 0) {
          damping_ = std::max(kLeast, damping_ / 3);
          growth_ = 2;
          return;
        }
      }
      damping_ = std::min(kMost, damping_ * growth_);
      growth_ *= 2;
    }
    growth_ = 2;
    out = Vector::Zero(jacobian.cols());
  }
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes) const override {
    return gram_bytes(sizes.outputs * sizes.batch, sizes.parameters);
  }

 private:
  static constexpr double kLeast = 1e-12, kMost = 1e12;

  [[nodiscard]] static double loss_at(Evaluation& at, const Vector& step) {
    const Problem& problem = at.problem();
    Matrix x;
    {
      const PhaseScope scope(at.clock(), Phase::network);
      x = problem.network.run(at.theta() + step, at.batch().input);
    }
    const PhaseScope scope(at.clock(), Phase::simulate);
    const double loss = problem.loss->value(problem.simulator->run(x, at.batch().context), at.batch().target);
    return std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity();
  }

  double damping_, growth_ = 2;
  long trials_;
};

class Spring final : public Method {
 public:
  explicit Spring(const Settings& settings)
      : rate_(settings.real("rate")), damping_(settings.real("damping")), momentum_(settings.real("momentum")) {}

  void update(Evaluation& at, Vector& out, StepReport& report) override {
    JointJacobian jacobian(at);
    Vector residual = -at.problem().loss->newton_step(at.state(), at.batch().target).reshaped();
    const double unit = jacobian.squared_norm() / static_cast<double>(jacobian.rows());
    const PhaseScope scope(at.clock(), Phase::linear_algebra);
    if (direction_.size() > 0) residual -= momentum_ * jacobian.times(direction_);
    const DampedSolution solution = damped_solve(jacobian, residual, damping_ * unit);
    report_solution(solution, report);
    if (direction_.size() == 0) direction_ = Vector::Zero(jacobian.cols());
    direction_ = momentum_ * direction_ + solution.direction;
    out = -rate_ * direction_;
  }
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes) const override {
    return gram_bytes(sizes.outputs * sizes.batch, sizes.parameters);
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
