// Sven: the pseudo-inverse of the Jacobian of the samples' losses. With l_a the loss of sample a as a batch of its own,
// f = l^(kappa_loss / 2) and M = df/dtheta [B x n] the direction is
//   M^+ f      with the singular values above rtol times the largest, at most rank B of them, rounded up, or
//   M^T (M M^T + mu I)^{-1} f,  mu = damping * trace(M M^T) / B, where damping is positive.
// Neither changes when all losses are multiplied by one number, so that a factor 1/B of the batch's loss does not
// enter. The rows of M are products with the transposed Jacobians, one a sample; only B x B matrices are formed.
#include <algorithm>
#include <cmath>
#include <utility>

#include "physgrad/core/sample_losses.hpp"
#include "physgrad/linalg/truncated_inverse.hpp"
#include "physgrad/toolbox/damped_system.hpp"
#include "physgrad/toolbox/partial_inverse_step.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class Sven final : public JointStep {
 public:
  explicit Sven(const Settings& settings)
      : damping_(settings.real("damping")), rank_(settings.real("rank")), power_(settings.real("kappa_loss") / 2) {
    options_.kappa = 1;
    options_.kernel = "gram";
    options_.tau = settings.real("rtol");
  }

  void step(Evaluation& at, const StepLimits& limits, Matrix& dy, Vector& gradient, StepReport& report) override {
    gradient.resize(0);  // the last direction would lie beside all that follows
    Vector losses;
    sample_losses(*at.problem().loss, at.state(), at.batch().target, losses, dy);
    raise(losses, dy);
    if (losses.isZero(0.0)) {
      gradient = Vector::Zero(at.theta().size());
      return;
    }
    JointJacobian jacobian(at, at.physics_vjp(dy));
    if (damping_ > 0)
      solve_damped(at, jacobian, losses, gradient, report);
    else
      solve_truncated(at, jacobian, losses, limits, gradient, report);
  }
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& limits) const override {
    const MethodSizes rows = one_row_a_sample(sizes);
    if (damping_ > 0) return damped_bytes(rows, limits.threads);
    return predicted_inverse_bytes(within(options_, limits, rows, true), rows, true);
  }

 private:
  /// The sizes of M: one output a sample, for which the simulator forms no Jacobian.
  static MethodSizes one_row_a_sample(MethodSizes sizes) {
    sizes.outputs = 1;
    sizes.adjoints_bytes = 0;
    return sizes;
  }

  /// l^p and its gradients p l^(p-1) dl/dy. At l = 0, where a loss has its minimum, there is nothing to descend; below
  /// are losses by round-off alone.
  void raise(Vector& losses, Matrix& gradients) const {
    for (Index a = 0; a < losses.size(); ++a) {
      if (losses[a] <= 0) {
        losses[a] = 0;
        gradients.col(a).setZero();
      } else if (power_ != 1) {
        gradients.col(a) *= power_ * std::pow(losses[a], power_ - 1);
        losses[a] = std::pow(losses[a], power_);
      }
    }
  }

  void solve_truncated(Evaluation& at, JointJacobian& jacobian, const Vector& losses, const StepLimits& limits,
                       Vector& gradient, StepReport& report) const {
    const MethodSizes sizes = one_row_a_sample(method_sizes(at.problem(), at.samples()));
    // 0.07 of 100 is 7, whatever its product rounds to.
    const auto most = static_cast<Index>(std::ceil(rank_ * static_cast<double>(losses.size()) * (1 - 1e-12)));
    const auto at_most = [most](const KnownSpectrum& spectrum) { return std::min(spectrum.kept, most); };
    PartialInverseResult result = [&] {
      const PhaseScope scope(at.clock(), Phase::linear_algebra);
      return truncated_inverse(jacobian, losses, within(options_, limits, sizes, true), at_most);
    }();
    report_partial_inverse(at, result, report);
    gradient = std::move(result.direction);
  }

  void solve_damped(Evaluation& at, JointJacobian& jacobian, const Vector& losses, Vector& gradient,
                    StepReport& report) const {
    const double mu = damping_ * damping_unit(jacobian);
    // Of a Jacobian that is not finite there is nothing to solve.
    if (!std::isfinite(mu)) {
      gradient = Vector::Constant(jacobian.cols(), std::nan(""));
      return;
    }
    DampedSolution solution = [&] {
      const PhaseScope scope(at.clock(), Phase::linear_algebra);
      return damped_solve(jacobian, losses, mu);
    }();
    report_solution(at, jacobian, solution, report);
    gradient = std::move(solution.direction);
  }

  double damping_, rank_, power_;
  PartialInverseOptions options_;
};

std::string idle_beside_damping(const Settings& settings) {
  return settings.real("damping") > 0 ? "damping is positive, which replaces the truncation" : "";
}

std::vector<SettingSpec> sven_settings() {
  // Squares of smaller singular values drown in the round-off of M M^T.
  SettingSpec rtol =
      tuned(real_setting("rtol", 1e-3, 1e-6, 0.999999, "singular values up to rtol times the largest are dropped"),
            {.low = 1e-6, .high = 1e-1, .of_inverse = true});
  SettingSpec rank = tuned(real_setting("rank", 0.5, 1e-6, 1, "singular values kept at most, as a share of the batch"),
                           {.low = 0.1, .high = 1, .logarithmic = false});
  rtol.idle = rank.idle = idle_beside_damping;
  return {
      std::move(rtol), std::move(rank),
      tuned(real_setting("damping", 0, 0, 1e12,
                         "added to the diagonal of M M^T, in units of its mean, instead of a truncation; 0: truncated"),
            {.low = 1e-8, .high = 1, .unless_zero = true, .of_inverse = true}),
      real_setting("kappa_loss", 2, 0.01, 100, "rows are gradients of the samples' losses to the power of half of it")};
}

}  // namespace

PartDefinition joint_sven() {
  return {.summary = "the truncated or damped pseudo-inverse of the Jacobian of the samples' losses",
          .citation = "Bright-Thonney, Harvey, Lukas, Thaler 2026 (arXiv 2604.01279)",
          .settings = sven_settings(),
          .needs = {"gradient"},
          .asks = {{"gradient of the loss", "contains the loss"}},
          .without = {{Place::loss, "gradient", "convention"}},
          .make = [](const Settings& settings) { return std::make_unique<Sven>(settings); }};
}

}  // namespace physgrad::parts
