// The composition of toolbox steps into a method, and the settings that each composition has.
#include <fmt/format.h>

#include <algorithm>

#include "physgrad/update/joint_jacobian.hpp"
#include "physgrad/update/method.hpp"
#include "physgrad/update/network_step.hpp"
#include "physgrad/update/physics_step.hpp"
#include "physgrad/update/rule.hpp"

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

void apply(Rule& rule, Evaluation& at, const Vector& direction, Vector& out) {
  const Parameters parameters{at.theta(), at.problem().network->blocks()};
  rule.update(direction, parameters, out);
  at.costs().flops += rule.operations(parameters);
}

double rule_bytes(const Rule& rule, const MethodSizes& sizes) {
  return rule.bytes(sizes.parameters) + rule.matrix_bytes(sizes.blocks);
}

bool is_full(const Composition& composition, const Settings& settings) {
  return settings.knows("convention") ? settings.text("convention") == "full" : composition.loss == "newton";
}

/// Physics and network apart: a wished change of the state, of the control, of theta.
class SeparateMethod final : public Method {
 public:
  SeparateMethod(const Composition& composition, const Settings& settings)
      : physics_(make_physics(composition, settings)),
        network_(make_network(composition, settings)),
        rule_(make_rule(settings.text("rule"), settings)),
        adjoint_(composition.physics == "adjoint"),
        per_sample_(composition.physics == "pseudo-inverse" || composition.physics == "half-inverse"),
        derivatives_(composition.physics != "inverse"),
        full_(is_full(composition, settings)),
        l1_(settings.knows("proxy") && settings.text("proxy") == "l1"),
        eta_(settings.knows("eta") ? settings.real("eta") : 1.0) {}

  void update(Evaluation& at, const StepLimits& limits, Vector& out, StepReport& report) override {
    loss_step(at, full_, dy_);
    if (eta_ != 1.0) dy_ *= eta_;
    physics_->step(at, dy_, dx_, report);
    if (!adjoint_) report.physics_step = dx_;
    if (l1_) dx_ = dx_.array().sign();
    network_->step(at, beside_others(limits, method_sizes(at.problem(), at.samples())), dx_, gradient_, report);
    const PhaseScope scope(at.clock(), Phase::update);
    apply(*rule_, at, gradient_, out);
  }
  [[nodiscard]] bool needs_derivatives() const override { return derivatives_; }
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& limits) const override {
    // The physics step's memory is free again in the network step, but for the Jacobians that the evaluation keeps.
    const double held = held_bytes(sizes);
    return rule_bytes(*rule_, sizes) + std::max(physics_->predicted_bytes(sizes),
                                                held + network_->predicted_bytes(sizes, beside_others(limits, sizes)));
  }

 private:
  [[nodiscard]] double held_bytes(const MethodSizes& sizes) const {
    return per_sample_ ? 8.0 * static_cast<double>(sizes.controls * sizes.outputs * sizes.batch) : 0.0;
  }
  [[nodiscard]] StepLimits beside_others(const StepLimits& limits, const MethodSizes& sizes) const {
    return limits.beside(rule_bytes(*rule_, sizes)).beside(held_bytes(sizes));
  }
  static std::unique_ptr<PhysicsStep> make_physics(const Composition& composition, const Settings& settings) {
    if (composition.physics == "adjoint") return std::make_unique<AdjointPhysics>();
    const double tau = settings.real("physics_tau");
    if (composition.physics == "inverse") return std::make_unique<InversePhysics>(tau);
    if (composition.physics == "newton") return std::make_unique<NewtonPhysics>(tau);
    const double kappa = composition.physics == "half-inverse" ? settings.real("physics_kappa") : 1.0;
    return std::make_unique<PseudoInversePhysics>(kappa, tau);
  }
  static std::unique_ptr<NetworkStep> make_network(const Composition& composition, const Settings& settings) {
    if (composition.network == "adjoint") return std::make_unique<AdjointNetwork>();
    return std::make_unique<HalfInverseNetwork>(partial_inverse_options(settings));
  }

  std::unique_ptr<PhysicsStep> physics_;
  std::unique_ptr<NetworkStep> network_;
  std::unique_ptr<Rule> rule_;
  bool adjoint_, per_sample_, derivatives_, full_, l1_;
  double eta_;
  Matrix dy_, dx_;  // these three keep their memory from step to step
  Vector gradient_;
};

/// Physics and network together: -(dy/dtheta)^{-kappa} applied to the loss step of the whole batch.
class JointMethod final : public Method {
 public:
  JointMethod(const Composition& composition, const Settings& settings)
      : rule_(make_rule(settings.text("rule"), settings)),
        full_(is_full(composition, settings)),
        options_(partial_inverse_options(settings)) {}

  void update(Evaluation& at, const StepLimits& limits, Vector& out, StepReport& report) override {
    loss_step(at, full_, dy_);
    const MethodSizes sizes = method_sizes(at.problem(), at.samples());
    const PartialInverseOptions options = within(options_, limits.beside(rule_bytes(*rule_, sizes)), sizes, true);
    JointJacobian jacobian(at);
    PartialInverseResult result = [&] {
      const PhaseScope scope(at.clock(), Phase::linear_algebra);
      return partial_inverse(jacobian, -dy_.reshaped(), options);
    }();
    report_partial_inverse(at, result, report);
    const PhaseScope scope(at.clock(), Phase::update);
    apply(*rule_, at, result.direction, out);
  }
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& limits) const override {
    const double rule = rule_bytes(*rule_, sizes);
    return rule + predicted_inverse_bytes(within(options_, limits.beside(rule), sizes, true), sizes, true);
  }

 private:
  std::unique_ptr<Rule> rule_;
  bool full_;
  PartialInverseOptions options_;
  Matrix dy_;
};

std::vector<SettingSpec> separate_settings(const Composition& composition) {
  const std::string& physics = composition.physics;
  std::vector<SettingSpec> specs;
  if (physics != "adjoint") {
    // Hessians come from differences, good to about 1e-12 of their norm: smaller eigenvalues would be noise.
    specs.push_back(real_setting("physics_tau", physics == "newton" ? 1e-5 : 1e-8, 0, 0.999999,
                                 "truncation of the per-sample inverse"));
    specs.push_back(choice_setting("proxy", "l2", {"l2", "l1"}, "norm of the proxy loss in x"));
  }
  if (physics == "half-inverse")
    specs.push_back(real_setting("physics_kappa", 0.5, -1, 1, "exponent of the per-sample partial inverse"));
  if (physics == "inverse" || physics == "pseudo-inverse" || physics == "half-inverse")
    specs.push_back(real_setting("eta", 1.0, 1e-12, 1, "share of dy that one step asks for"));
  if (composition.network == "half-inverse")
    std::ranges::move(partial_inverse_settings(), std::back_inserter(specs));
  else
    specs.push_back(choice_setting("precision", "double", {"double", "single"},
                                   "single: weights, states and gradients rounded to single precision"));
  return specs;
}

std::vector<SettingSpec> composition_settings(const Composition& composition, const std::string& rule) {
  const bool joint = composition.physics == "joint";
  std::vector<SettingSpec> specs = {
      choice_setting("rule", rule, rule_names(), "what turns the direction into an update")};
  const auto append = [&](std::vector<SettingSpec> more) { std::ranges::move(more, std::back_inserter(specs)); };
  append(rule_settings(rule));
  append(joint ? partial_inverse_settings() : separate_settings(composition));
  // The gradient itself, and Newton's step of the physics, have no other convention.
  const bool fixed =
      composition.physics == "newton" || (composition.physics == "adjoint" && composition.loss != "newton");
  if (!fixed)
    specs.push_back(choice_setting("convention", composition.loss == "newton" ? "full" : "published",
                                   {"full", "published"}, "full: dy = y* - y; published: dy = -dL/dy"));
  return specs;
}

}  // namespace

double evaluation_bytes(const Problem& problem, Index batch, bool with_derivatives) {
  const Simulator& simulator = *problem.simulator;
  const Network& network = *problem.network;
  // The batch's input, context and target; the network's tape; x, y, g and steps.
  Index numbers = network.input().size() + network.tape_size() + 2 * simulator.controls() + 5 * simulator.outputs();
  // A new batch is drawn when the one before is gone, from as many numbers again and the reference.
  if (problem.fresh)
    numbers += network.input().size() + problem.context + 2 * simulator.controls() + simulator.outputs();
  constexpr double kObjects = 1000;  // what is not an array, and arrays of a handful of numbers
  return 8.0 * static_cast<double>(batch * numbers + problem.samples) + kObjects +
         (with_derivatives ? simulator.linearization_bytes(batch) : 0.0);
}

MethodSizes method_sizes(const Problem& problem, Index batch) {
  const Simulator& simulator = *problem.simulator;
  return {.parameters = problem.network->parameters(),
          .outputs = simulator.outputs(),
          .controls = simulator.controls(),
          .batch = batch,
          .blocks = problem.network->blocks(),
          .factored = problem.network->per_sample(),
          .evaluation_bytes = evaluation_bytes(problem, batch, true),
          .linearization_bytes = simulator.linearization_bytes(batch),
          .inverse_bytes = problem.inverse ? problem.inverse->work_bytes(batch) : 0.0};
}

std::vector<std::string> composition_words(const std::string& place) {
  if (place == "loss") return {"gradient", "newton"};
  if (place == "physics") return {"adjoint", "inverse", "pseudo-inverse", "half-inverse", "newton", "joint"};
  if (place == "network") return {"adjoint", "half-inverse", "joint"};
  if (place == "rule") return rule_names();
  throw UsageError(unknown_name_message("place of a composition", place, {"loss", "physics", "network", "rule"}));
}

void check_composition(const Composition& composition) {
  const auto check = [](const char* place, const std::string& word) {
    const std::vector<std::string> words = composition_words(place);
    if (std::ranges::find(words, word) == words.end())
      throw UsageError(unknown_name_message(fmt::format("{} step", place), word, words));
  };
  check("loss", composition.loss);
  check("physics", composition.physics);
  check("network", composition.network);
  check("rule", composition.rule);
  if ((composition.physics == "joint") != (composition.network == "joint"))
    throw UsageError("a joint step is one step of physics and network: physics=joint goes with network=joint only");
  if (composition.physics == "newton" && composition.loss == "newton")
    throw UsageError("physics=newton contains the loss; it goes with loss=gradient only");
}

Settings method_settings(const MethodDefinition& definition, const std::string& rule) {
  std::vector<SettingSpec> specs = {integer_setting("batch", 32, 1, 1e6, "samples per update")};
  const auto append = [&](std::vector<SettingSpec> more) { std::ranges::move(more, std::back_inserter(specs)); };
  if (!definition.build)
    append(composition_settings(definition.composition, rule.empty() ? definition.composition.rule : rule));
  append(definition.settings);
  Settings settings(std::move(specs));
  for (const auto& [key, value] : definition.defaults)
    if (settings.knows(key)) settings.set(key, value);
  return settings;
}

std::vector<std::string> method_needs(const MethodDefinition& definition) {
  if (definition.build) return definition.needs;
  const Composition& composition = definition.composition;
  std::vector<std::string> needs = {composition.physics == "inverse" ? "inverse" : "gradient"};
  if (composition.physics == "joint" || composition.network == "half-inverse") needs.emplace_back("jacobian");
  if (composition.loss == "newton") needs.emplace_back("newton-step");
  return needs;
}

std::unique_ptr<Method> make_method(const MethodDefinition& definition, const Settings& settings) {
  std::unique_ptr<Method> method;
  if (definition.build)
    method = definition.build(settings);
  else if (definition.composition.physics == "joint")
    method = std::make_unique<JointMethod>(definition.composition, settings);
  else
    method = std::make_unique<SeparateMethod>(definition.composition, settings);
  method->batch = settings.integer("batch");
  if (settings.knows("precision") && settings.text("precision") == "single") method->rounding = Rounding::single;
  return method;
}

}  // namespace physgrad
