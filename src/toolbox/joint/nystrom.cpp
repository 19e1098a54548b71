// -J^T (K + lambda I)^{-(1 + kappa) / 2} dy of the whole batch, K = J J^T through a randomised Nystrom approximation,
// lambda = damping * trace(K) / rows. Neither J nor K is formed. For kappa = 1 some steps of conjugate gradients on the
// true K follow, with the approximation as a preconditioner.
#include <algorithm>
#include <cmath>
#include <string>

#include "physgrad/linalg/nystrom.hpp"
#include "physgrad/toolbox/damped_system.hpp"
#include "physgrad/toolbox/partial_inverse_step.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

struct NystromOptions {
  double kappa, damping;
  long sketch, iterations;
  bool outside_is_least;
};

class NystromJoint final : public JointStep {
 public:
  explicit NystromJoint(const NystromOptions& options) : options_(options) {}

  void step(Evaluation& at, const StepLimits& /*limits*/, Matrix& dy, Vector& gradient, StepReport& report) override {
    gradient.resize(0);  // the last step's would lie beside all that follows
    JointJacobian jacobian(at);
    const double damping = options_.damping * damping_unit(jacobian);
    if (damping == 0) {  // J = 0
      gradient = Vector::Zero(jacobian.cols());
      return;
    }
    const PhaseScope scope(at.clock(), Phase::linear_algebra);
    ++draw_;
    const NystromApproximation approximation(jacobian, options_.sketch, draw_);
    report.kernel = "nystrom";
    report.handed_over = 0;
    if (!approximation.valid() || !std::isfinite(damping)) {
      report.kernel_failure = approximation.valid() ? "" : "the sketch of the Gram matrix has no decomposition";
      gradient = Vector::Constant(jacobian.cols(), std::nan(""));
      return;
    }
    count(at, approximation);
    const Vector residual = -dy.reshaped();
    gradient = jacobian.transpose_times(weights(jacobian, approximation, damping, residual));
    const Vector& values = approximation.values();
    report.kept_rank = static_cast<double>(values.size());
    if (values.size() > 0) report.singular_max = std::sqrt(values[0]);
    if (values.size() > 0) report.singular_min_kept = std::sqrt(values[values.size() - 1]);
  }
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& /*limits*/) const override {
    const auto rows = static_cast<double>(sizes.outputs * sizes.batch), cols = static_cast<double>(sizes.parameters);
    const double formed = sizes.factored ? 0 : 8 * rows * cols;
    return joint_jacobian_bytes(sizes, true) + formed +
           NystromApproximation::bytes(rows, cols, static_cast<double>(options_.sketch)) + 8 * (6 * rows + 2 * cols);
  }

 private:
  [[nodiscard]] Vector weights(JacobianOperator& jacobian, const NystromApproximation& approximation, double damping,
                               const Vector& residual) const {
    if (options_.kappa == 1 && options_.iterations > 0)
      return preconditioned_solve(jacobian, approximation, damping, residual, options_.iterations);
    // A direction with an eigenvalue that the sketch does not hold, taken for one that has none, is followed too far.
    const double outside = options_.outside_is_least ? approximation.least() : 0.0;
    return approximation.damped_power(damping, 0.5 * (1 + options_.kappa), outside, residual);
  }
  void count(Evaluation& at, const NystromApproximation& approximation) const {
    const auto m = static_cast<double>(at.rows()), l = static_cast<double>(approximation.values().size());
    at.costs().decompositions += 1;
    const double solves = options_.kappa == 1 ? std::max(1.0, static_cast<double>(options_.iterations)) : 1.0;
    at.costs().flops += 13 * m * l * l + 9 * l * l * l + 4 * m * l * solves;
  }

  NystromOptions options_;
  std::uint64_t draw_ = 0;
};

}  // namespace

PartDefinition joint_nystrom() {
  SettingSpec iterations = integer_setting(
      "iterations", 5, 0, 1000, "steps of conjugate gradients on the true Gram matrix, preconditioned; 0: none");
  iterations.idle = [](const Settings& settings) -> std::string {
    // Where kappa is no setting, it is 1, or iterations is none either.
    return !settings.knows("kappa") || settings.real("kappa") == 1 ? "" : "kappa is not 1: nothing is solved";
  };
  SettingSpec outside =
      choice_setting("outside", "least", {"least", "zero"},
                     "what the eigenvalues are taken for that the sketch does not hold: the least that "
                     "it does, or 0");
  outside.idle = [](const Settings& settings) -> std::string {
    const bool solves = !settings.knows("kappa") || settings.real("kappa") == 1;
    return solves && settings.knows("iterations") && settings.integer("iterations") > 0
               ? "conjugate gradients take the Gram matrix as it is"
               : "";
  };
  return {
      .summary = "a damped partial inverse of the batch's Jacobian from a random sketch of its Gram matrix",
      .citation = "Frangella, Tropp, Udell, SIAM J. Matrix Anal. Appl. 2023 (arXiv 2110.02820)",
      .settings = {real_setting("kappa", 1, -1, 1, "exponent of the partial inverse: 1/2 half-inverse, 1 Gauss-Newton"),
                   damping_setting(),
                   tuned(integer_setting("sketch", 64, 1, 1e5, "columns of the sketch, at most the rows of J"),
                         {.low = 8, .high = 256}),
                   std::move(iterations), std::move(outside)},
      .needs = {"gradient", "jacobian"},
      .make = [](const Settings& settings) {
        return std::make_unique<NystromJoint>(NystromOptions{settings.real("kappa"), settings.real("damping"),
                                                             settings.integer("sketch"), settings.integer("iterations"),
                                                             settings.text("outside") == "least"});
      }};
}

}  // namespace physgrad::parts
