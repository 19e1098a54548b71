// dx = P^{-1}(y + dy; a) - x, of the controls that reach y + dy the one near a: near the present x, or near zero
// (`anchor`), where it depends on the sample alone and not on where the network is. A sample whose residual |P(x+dx) -
// (y+dy)| is not below |dy| gets the per-sample Gauss-Newton step instead (Holl, Koltun, Thuerey 2022); how many do is
// reported. Then, with `dx_bound` = c, a dx_i longer than c times the median of |dx_j| over the batch (those that are 0
// aside) is shortened to that: the proxy loss is Huber's (1964) of |dx_i| instead of its square, with the median as the
// scale, so that a sample whose inverse jumps to another solution pulls no harder than its neighbours.
#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "physgrad/linalg/small_partial_inverse.hpp"
#include "physgrad/statistics/statistics.hpp"
#include "physgrad/toolbox/sample_inverse.hpp"
#include "physgrad/toolbox/wished_change.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

// The residual of each sample relative to the wished change; infinite where it is not finite.
Vector relative_residuals(const Matrix& reached, const Matrix& wished, const Matrix& dy) {
  Vector residual(dy.cols());
  for (Index i = 0; i < dy.cols(); ++i) {
    const double size = dy.col(i).norm();
    const double value = size > 0 ? (reached.col(i) - wished.col(i)).norm() / size : 0.0;
    residual(i) = std::isfinite(value) ? value : std::numeric_limits<double>::infinity();
  }
  return residual;
}

// Samples whose Jacobians are held at once: whole groups of the simulators that go in groups.
constexpr Index kFallbackSamples = 16;

/// Writes the Gauss-Newton step of the samples `which` into their columns of dx; only those samples are linearised.
void gauss_newton_columns(Evaluation& at, const Matrix& dy, std::span<const Index> which, double tau, Matrix& dx) {
  const Matrix x = at.control()(Eigen::all, which);
  const Matrix context = at.batch().context(Eigen::all, which);
  const Simulator& simulator = *at.problem().simulator;
  LinearizationPtr there;
  linearize_counted(simulator, x, context, there, at.costs());
  count_adjoints(simulator, x.cols(), at.costs());
  Matrix adjoints, steps;
  there->adjoints(x.rows(), adjoints);
  SmallPartialInverse inverse(1.0, tau);
  inverse.apply(adjoints, dy(Eigen::all, which), steps);
  dx(Eigen::all, which) = steps;
  count_sample_svds(at, inverse.decompositions());
}

/// Shortens every column longer than `bound` times the median of those that are not 0 to that length.
void shorten(Matrix& dx, double bound) {
  std::vector<double> lengths;
  for (Index i = 0; i < dx.cols(); ++i)
    if (const double length = dx.col(i).norm(); length > 0) lengths.push_back(length);
  if (lengths.empty()) return;
  const double longest = bound * quantile(lengths, 0.5);
  for (Index i = 0; i < dx.cols(); ++i)
    if (const double length = dx.col(i).norm(); length > longest) dx.col(i) *= longest / length;
}

class InversePhysics final : public PhysicsStep {
 public:
  InversePhysics(double tau, bool near_zero, double dx_bound) : tau_(tau), near_zero_(near_zero), dx_bound_(dx_bound) {}

  void step(Evaluation& at, Matrix& dy, Matrix& dx, StepReport& report) override {
    const Matrix& x = at.control();
    const Matrix wished = at.state() + dy;
    const PhaseScope scope(at.clock(), Phase::inverse);
    const Simulator& simulator = *at.problem().simulator;
    const Matrix& context = at.batch().context;
    const Matrix zero = near_zero_ ? Matrix::Zero(x.rows(), x.cols()) : Matrix();
    const Matrix solution = at.problem().inverse->invert(wished, near_zero_ ? zero : x, context, at.costs());
    const Vector residual = relative_residuals(simulate(simulator, solution, context, at.costs()), wished, dy);
    dx = solution - x;
    std::vector<Index> failed;
    for (Index i = 0; i < dx.cols(); ++i) {
      if (dy.col(i).isZero(0.0))
        dx.col(i).setZero();
      else if (!(residual(i) < 1.0) || !dx.col(i).allFinite())
        failed.push_back(i);
    }
    for (std::span<const Index> rest = failed; !rest.empty();) {
      const std::size_t count = std::min<std::size_t>(rest.size(), kFallbackSamples);
      gauss_newton_columns(at, dy, rest.first(count), tau_, dx);
      rest = rest.subspan(count);
    }
    if (dx_bound_ > 0) shorten(dx, dx_bound_);
    report.inverse_residual = quantile({residual.begin(), residual.end()}, 0.5);
    report.fallback_rate = static_cast<double>(failed.size()) / static_cast<double>(dx.cols());
  }
  // The inverse at work, or the adjoints of samples that fall back, their shares of dy and their steps; beside them
  // what was wished and the solution, what was reached, and residuals; zeros where it is near them.
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes) const override {
    const auto dx = static_cast<double>(sizes.controls), dy = static_cast<double>(sizes.outputs);
    const auto share = static_cast<double>(std::min(sizes.batch, kFallbackSamples)) / static_cast<double>(sizes.batch);
    const double fallback =
        share * (sizes.linearization_bytes + batch_bytes(sizes, dx * dy + 2 * dx + 2 * dy) + sizes.adjoints_bytes) +
        sample_svd_bytes(sizes);
    return std::max(sizes.inverse_bytes, fallback) + batch_bytes(sizes, (near_zero_ ? 2 : 1) * dx + 2 * dy + 4);
  }

 private:
  double tau_;
  bool near_zero_;
  double dx_bound_;
};

// Cells from before there was a choice are those of the present control.
SettingSpec anchor_setting() {
  SettingSpec spec = choice_setting("anchor", "present", {"present", "zero"},
                                    "the control near which the inverse looks: the network's present one, or zero");
  spec.historic = std::string("present");
  return spec;
}

SettingSpec bound_setting() {
  SettingSpec spec = tuned(
      real_setting("dx_bound", 0.0, 0.0, 1e12, "medians of |dx| over the batch up to which a sample's stays; 0: off"),
      {.low = 0.3, .high = 10, .unless_zero = true});
  spec.historic = 0.0;
  spec.idle = [](const Settings& settings) {
    const auto is_one = [&](const char* key) { return settings.knows(key) && settings.real(key) == 1.0; };
    return std::string(is_one("batch") && is_one("growth") ? "one sample is its own median" : "");
  };
  return spec;
}

}  // namespace

PartDefinition physics_inverse() {
  return {.summary = "the inverse simulator; where it fails, the pseudo-inverse of the sample's control Jacobian",
          .citation = "Holl, Koltun, Thuerey, NeurIPS 2022 (arXiv 2109.15048)",
          .settings = {physics_tau_setting(1e-8), proxy_setting(), eta_setting(), anchor_setting(), bound_setting()},
          .needs = {"inverse"},
          .make = [](const Settings& settings) {
            return wished_change(
                std::make_unique<InversePhysics>(settings.real("physics_tau"), settings.text("anchor") == "zero",
                                                 settings.real("dx_bound")),
                settings);
          }};
}

}  // namespace physgrad::parts
