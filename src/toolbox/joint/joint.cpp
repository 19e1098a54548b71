// -(dy/dtheta)^{-kappa} dy of the whole batch, physics and network together: with singular values up to a cut dropped,
// which a setting gives or the batch's spectrum, or with all of them damped, s -> s / (s^2 + lambda)^{(1 + kappa) / 2},
// lambda = damping * trace(J J^T) / rows.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "physgrad/linalg/damped_jacobian.hpp"
#include "physgrad/linalg/kernel_table.hpp"
#include "physgrad/linalg/truncated_inverse.hpp"
#include "physgrad/toolbox/damped_system.hpp"
#include "physgrad/toolbox/partial_inverse_step.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

// Below it the squares of singular values drown in the round-off of J J^T.
constexpr double kLeastKnown = 1e-6;

/// What is done to the singular values.
struct Filter {
  double damping = 0;  ///< 0: they are cut
  RankRule rule = {};  ///< null: at options.tau
};

class JointInverse final : public JointStep {
 public:
  JointInverse(PartialInverseOptions options, Filter filter)
      : options_(std::move(options)), filter_(std::move(filter)) {}

  void step(Evaluation& at, const StepLimits& limits, Matrix& dy, Vector& gradient, StepReport& report) override {
    gradient.resize(0);  // the last step's would lie beside all that follows
    const MethodSizes sizes = decomposed(method_sizes(at.problem(), at.samples()));
    const PartialInverseOptions options = within(options_, limits, sizes, true);
    JointJacobian jacobian(at);
    PartialInverseResult result = [&] {
      const PhaseScope scope(at.clock(), Phase::linear_algebra);
      return invert(jacobian, -dy.reshaped(), options);
    }();
    report_partial_inverse(at, result, report);
    gradient = std::move(result.direction);
  }
  [[nodiscard]] double predicted_bytes(const MethodSizes& of_step, const StepLimits& limits) const override {
    const MethodSizes sizes = decomposed(of_step);
    return predicted_inverse_bytes(within(options_, limits, sizes, true), sizes, true) + beside_bytes(of_step);
  }

 private:
  /// With those of the matrix that a kernel sees.
  [[nodiscard]] MethodSizes decomposed(MethodSizes sizes) const {
    if (filter_.damping > 0) sizes.parameters += sizes.outputs * sizes.batch;
    return sizes;
  }
  /// Of J, where the matrix is formed that a kernel sees.
  [[nodiscard]] double beside_bytes(const MethodSizes& sizes) const {
    const bool named = options_.kernel != "auto" && !kernel_entry(options_.kernel).gram;
    if (filter_.damping == 0 || (sizes.factored && !named && options_.precision == "double")) return 0;
    return 8.0 * static_cast<double>(sizes.outputs * sizes.batch * sizes.parameters);
  }
  [[nodiscard]] PartialInverseResult invert(JointJacobian& jacobian, const Vector& g,
                                            const PartialInverseOptions& options) const {
    if (filter_.rule) return truncated_inverse(jacobian, g, options, filter_.rule);
    if (filter_.damping == 0) return partial_inverse(jacobian, g, options);
    const double trace = jacobian.squared_norm(), rows = static_cast<double>(jacobian.rows());
    const double lambda = filter_.damping * trace / rows;
    // Of J = 0 and of a Jacobian that is not finite there is nothing to damp.
    if (!(lambda > 0 && std::isfinite(lambda))) return partial_inverse(jacobian, g, options);
    return damped_partial_inverse(jacobian, g, lambda, trace, options);
  }

  PartialInverseOptions options_;
  Filter filter_;
};

bool damps(const Settings& settings) { return settings.text("filter") == "damped"; }
bool adapts(const Settings& settings) { return !damps(settings) && settings.text("truncation") != "fixed"; }

std::string idle_where_damped(const Settings& settings) { return damps(settings) ? "filter=damped cuts nothing" : ""; }

SettingSpec filter_setting() {
  SettingSpec spec = choice_setting("filter", "cut", {"cut", "damped"},
                                    "small singular values s are dropped, or all are damped: s / (s^2 + lambda)^((1 + "
                                    "kappa) / 2)");
  spec.historic = std::string("cut");
  spec.idle = [](const Settings& settings) -> std::string {
    return damps(settings) && settings.knows("kappa") && settings.real("kappa") == -1
               ? "kappa is -1: nothing is inverted"
               : "";
  };
  return spec;
}

SettingSpec joint_damping_setting() {
  SettingSpec spec = damping_setting();
  spec.historic = spec.value;
  spec.idle = [](const Settings& settings) -> std::string { return damps(settings) ? "" : "filter=cut damps nothing"; };
  return spec;
}

SettingSpec truncation_setting() {
  SettingSpec spec =
      choice_setting("truncation", "fixed", {"fixed", "gap", "gcv"},
                     "where singular values are cut: at tau; at the widest gap between tau and tau_most; "
                     "at the least generalised cross validation between them");
  spec.historic = std::string("fixed");
  spec.idle = idle_where_damped;
  return spec;
}

SettingSpec tau_most_setting() {
  SettingSpec spec = real_setting("tau_most", 0.1, kLeastKnown, 1,
                                  "singular values of at least so many times the largest are kept by truncation=gap "
                                  "and gcv");
  spec.historic = spec.value;
  spec.idle = [](const Settings& settings) -> std::string { return adapts(settings) ? "" : "the truncation is fixed"; };
  return spec;
}

/// Those of the partial inverse, with what else decides whether they mean anything.
std::vector<SettingSpec> joint_settings() {
  std::vector<SettingSpec> settings = partial_inverse_settings();
  for (SettingSpec& spec : settings) {
    if (spec.key == "tau") spec.idle = idle_where_damped;
    if (spec.key != "accuracy") continue;
    spec.idle = [before = spec.idle](const Settings& beside) -> std::string {
      return adapts(beside) ? "truncation=gap and gcv know one kernel, from which nobody takes over" : before(beside);
    };
  }
  for (SettingSpec spec : {filter_setting(), joint_damping_setting(), truncation_setting(), tau_most_setting()})
    settings.push_back(std::move(spec));
  return settings;
}

/// The cut needs all singular values, and of J J^T, which the memory that is predicted goes by.
void check_kernel(const PartialInverseOptions& options, const std::string& truncation) {
  if (options.kernel != "auto" && options.kernel != "gram")
    throw UsageError(
        fmt::format("setting 'kernel' cannot be '{}' with truncation={}; expected auto or gram, which "
                    "knows the spectrum before it cuts",
                    options.kernel, truncation));
  if (options.precision != "double")
    throw UsageError(
        fmt::format("setting 'precision' cannot be '{}' with truncation={}; expected double, which the "
                    "squares of singular values need",
                    options.precision, truncation));
}

std::unique_ptr<JointStep> make_joint(const Settings& settings) {
  PartialInverseOptions options = partial_inverse_options(settings);
  Filter filter;
  if (damps(settings)) filter.damping = settings.real("damping");
  if (adapts(settings)) {
    const std::string& truncation = settings.text("truncation");
    check_kernel(options, truncation);
    options.kernel = "gram";
    options.tau = std::max(options.tau, kLeastKnown);
    const double surely = settings.real("tau_most");
    if (surely < options.tau)
      throw UsageError(fmt::format("setting 'tau_most' cannot be '{}', less than tau={}", surely, options.tau));
    const bool at_gap = truncation == "gap";
    filter.rule = [at_gap, surely](const KnownSpectrum& spectrum) {
      return at_gap ? rank_at_gap(spectrum, surely) : rank_by_cross_validation(spectrum, surely);
    };
  }
  return std::make_unique<JointInverse>(std::move(options), std::move(filter));
}

}  // namespace

PartDefinition joint_joint() {
  return {.summary = "the partial inverse of the batch's Jacobian of simulator and network together",
          .citation = "Schnell, Holl, Thuerey, ICLR 2022 (arXiv 2203.10131)",
          .settings = joint_settings(),
          .needs = {"gradient", "jacobian"},
          .make = make_joint};
}

}  // namespace physgrad::parts
