// The composition of toolbox steps into a method, and the settings that each composition has.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "linalg/partial_inverse.hpp"
#include "update/joint_jacobian.hpp"
#include "update/method.hpp"
#include "update/physics_step.hpp"
#include "update/rule.hpp"

namespace physgrad {
namespace {

/// The loss step: `published` is dy = -dL/dy with the loss's own factors; `full` is the Newton step of the loss, which
/// is y* - y for squared losses.
void loss_step(Evaluation& at, bool full, Matrix& dy) {
  if (full)
    dy = at.problem().loss->newton_step(at.state(), at.batch().target);
  else
    dy = -at.loss_gradient();
}

/// Physics and network apart: the network step is the adjoint of the proxy loss 1/2 |x - (x + dx)|^2 (target constant,
/// summed over the batch), or of its L1 counterpart.
class SeparateMethod final : public Method {
 public:
  SeparateMethod(const Composition& composition, const Settings& settings)
      : physics_(make_physics(composition, settings)),
        rule_(make_rule(settings.text("rule"), settings)),
        adjoint_(composition.physics == "adjoint"),
        derivatives_(composition.physics != "inverse"),
        full_(settings.knows("convention") && settings.text("convention") == "full"),
        l1_(settings.knows("proxy") && settings.text("proxy") == "l1"),
        eta_(settings.knows("eta") ? settings.real("eta") : 1.0) {}

  void update(Evaluation& at, Vector& out, StepReport& report) override {
    loss_step(at, full_, dy_);
    if (eta_ != 1.0) dy_ *= eta_;
    physics_->step(at, dy_, dx_, report);
    if (!adjoint_) report.physics_step = dx_;
    if (l1_) dx_ = dx_.array().sign();
    dx_ = -dx_;
    at.network_vjp(dx_, gradient_);
    const PhaseScope scope(at.clock(), Phase::update);
    rule_->update(gradient_, out);
  }
  [[nodiscard]] bool needs_derivatives() const override { return derivatives_; }
  // Gradient, update and the rule's moments.
  [[nodiscard]] double predicted_bytes(Index /*rows*/, Index parameters) const override {
    return 8.0 * 5.0 * static_cast<double>(parameters);
  }

 private:
  static std::unique_ptr<PhysicsStep> make_physics(const Composition& composition, const Settings& settings) {
    if (composition.physics == "adjoint") return std::make_unique<AdjointPhysics>();
    const double tau = settings.real("physics_tau");
    if (composition.physics == "inverse") return std::make_unique<InversePhysics>(tau);
    if (composition.physics == "newton") return std::make_unique<NewtonPhysics>(tau);
    return std::make_unique<PseudoInversePhysics>(1.0, tau);
  }

  std::unique_ptr<PhysicsStep> physics_;
  std::unique_ptr<Rule> rule_;
  bool adjoint_, derivatives_, full_, l1_;
  double eta_;
  Matrix dy_, dx_;  // these three keep their memory from step to step
  Vector gradient_;
};

/// Physics and network together: -(dy/dtheta)^{-kappa} applied to the loss step of the whole batch.
class JointMethod final : public Method {
 public:
  explicit JointMethod(const Settings& settings)
      : rule_(make_rule(settings.text("rule"), settings)), full_(settings.text("convention") == "full") {
    options_.kappa = settings.real("kappa");
    options_.tau = settings.real("tau");
    options_.accuracy = settings.real("accuracy");
    options_.kernel = settings.text("kernel");
    options_.precision = settings.text("precision");
    const std::string& kernel = options_.kernel;
    if (options_.precision == "single" && kernel != "auto" && kernel != "svd" && kernel != "qr-svd")
      throw UsageError(fmt::format(
          "setting 'kernel' cannot be '{}' with precision=single; expected auto, svd or qr-svd (the others would lose "
          "half of its digits)",
          kernel));
  }

  void update(Evaluation& at, Vector& out, StepReport& report) override {
    loss_step(at, full_, dy_);
    options_.memory_limit_bytes = memory_limit_bytes;
    JointJacobian jacobian(at);
    PartialInverseResult result = [&] {
      const PhaseScope scope(at.clock(), Phase::linear_algebra);
      return partial_inverse(jacobian, -dy_.reshaped(), options_);
    }();
    report.kept_rank = static_cast<double>(result.kept_rank);
    report.singular_max = result.singular_max;
    report.singular_min_kept = result.singular_min_kept;
    report.error_estimate = result.error_estimate;
    report.kernel = result.kernel;
    report.kernel_reason = std::move(result.reason);
    report.singular_values = std::move(result.singular_values);
    const PhaseScope scope(at.clock(), Phase::update);
    rule_->update(result.direction, out);
  }
  // `auto` takes the structured kernel where it fits, unless the asked accuracy forbids it, and products where nothing
  // else does.
  [[nodiscard]] double predicted_bytes(Index rows, Index parameters) const override {
    if (options_.kernel != "auto") return partial_inverse_bytes(options_.kernel, rows, parameters, true);
    const double bytes = partial_inverse_bytes("structured", rows, parameters, true);
    return bytes <= memory_limit_bytes ? bytes : partial_inverse_bytes("auto", rows, parameters, true);
  }

 private:
  std::unique_ptr<Rule> rule_;
  bool full_;
  PartialInverseOptions options_;
  Matrix dy_;
};

std::vector<SettingSpec> joint_settings() {
  std::vector<std::string> kernels = partial_inverse_kernels();
  kernels.insert(kernels.begin(), "auto");
  return {
      real_setting("kappa", 0.5, -1, 1, "exponent of the partial inverse: 1/2 half-inverse, 1 Gauss-Newton"),
      real_setting("tau", 1e-6, 0, 0.999999, "singular values up to tau times the largest are dropped"),
      real_setting("accuracy", 1e-6, 1e-13, 1, "asked relative accuracy of the partial inverse"),
      choice_setting("kernel", "auto", kernels, "how the partial inverse is computed"),
      choice_setting("precision", "double", {"double", "single", "mixed"},
                     "single: as published runs; mixed: J rounded to single precision, decomposed in double"),
      choice_setting("convention", "published", {"full", "published"}, "full: dy = y* - y; published: dy = -dL/dy")};
}

std::vector<SettingSpec> separate_settings(const std::string& physics) {
  if (physics == "adjoint") return {};
  std::vector<SettingSpec> specs = {
      // Hessians come from differences, good to about 1e-12 of their norm: smaller eigenvalues would be noise.
      real_setting("physics_tau", physics == "newton" ? 1e-5 : 1e-8, 0, 0.999999,
                   "truncation of the per-sample inverse"),
      choice_setting("proxy", "l2", {"l2", "l1"}, "norm of the proxy loss in x")};
  if (physics == "newton") return specs;
  specs.push_back(
      choice_setting("convention", "full", {"full", "published"}, "full: dy = y* - y; published: dy = -dL/dy"));
  specs.push_back(real_setting("eta", 1.0, 1e-12, 1, "share of dy that one step asks for"));
  return specs;
}

}  // namespace

Settings method_settings(const MethodDefinition& definition, const std::string& rule) {
  std::vector<SettingSpec> specs = {integer_setting("batch", 32, 1, 1e6, "samples per update")};
  const auto append = [&](std::vector<SettingSpec> more) { std::ranges::move(more, std::back_inserter(specs)); };
  const std::string& chosen = rule.empty() ? definition.composition.rule : rule;
  if (!definition.build) {
    specs.push_back(choice_setting("rule", chosen, rule_names(), "what turns the direction into an update"));
    append(rule_settings(chosen));
    append(definition.composition.physics == "joint" ? joint_settings()
                                                     : separate_settings(definition.composition.physics));
    if (definition.composition.physics != "joint")
      specs.push_back(choice_setting("precision", "double", {"double", "single"},
                                     "single: weights, states and gradients rounded to single precision"));
  }
  append(definition.settings);
  Settings settings(std::move(specs));
  for (const auto& [key, value] : definition.defaults)
    if (settings.knows(key)) settings.set(key, value);
  return settings;
}

std::vector<std::string> method_needs(const MethodDefinition& definition) {
  if (definition.build) return definition.needs;
  if (definition.composition.physics == "joint") return {"gradient", "jacobian"};
  if (definition.composition.physics == "inverse") return {"inverse"};
  return {"gradient"};
}

std::unique_ptr<Method> make_method(const MethodDefinition& definition, const Settings& settings) {
  std::unique_ptr<Method> method;
  if (definition.build)
    method = definition.build(settings);
  else if (definition.composition.physics == "joint")
    method = std::make_unique<JointMethod>(settings);
  else
    method = std::make_unique<SeparateMethod>(definition.composition, settings);
  method->batch = settings.integer("batch");
  if (settings.knows("precision") && settings.text("precision") == "single") method->rounding = Rounding::single;
  return method;
}

}  // namespace physgrad
