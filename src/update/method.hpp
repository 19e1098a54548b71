#pragma once
// A method turns one evaluation into an update of theta. Most are compositions of the toolbox: a loss step, a physics
// step, a network step, a rule and a search (compose.hpp).
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "physgrad/core/settings.hpp"
#include "physgrad/update/evaluation.hpp"
#include "physgrad/update/step_limits.hpp"

namespace physgrad {

/// What one update left behind beside the update itself. NaN or empty where the method has no such thing.
struct StepReport {
  Matrix physics_step;  ///< dx [dx x B]
  Vector singular_values;
  double kept_rank = std::numeric_limits<double>::quiet_NaN();
  double singular_max = std::numeric_limits<double>::quiet_NaN();
  double singular_min_kept = std::numeric_limits<double>::quiet_NaN();
  double error_estimate = std::numeric_limits<double>::quiet_NaN();
  double inverse_residual = std::numeric_limits<double>::quiet_NaN();
  double fallback_rate = std::numeric_limits<double>::quiet_NaN();
  double inner_iterations = std::numeric_limits<double>::quiet_NaN();  ///< of an inner optimiser, mean over samples
  std::string kernel;
  std::string kernel_reason;   ///< why `auto` chose the kernel, and whether another one took over
  std::string kernel_failure;  ///< what was wrong where J and the right-hand side are finite and no answer is
  /// 1 where the chosen kernel gave up and another one answered, else 0.
  double handed_over = std::numeric_limits<double>::quiet_NaN();
};

/// What the memory that a method needs depends on: parameters n, outputs dy and controls dx of a sample, batch B, the
/// network's blocks, and what the problem says of its simulators.
struct MethodSizes {
  Index parameters, outputs, controls, batch;
  std::span<const Block> blocks = {};
  bool factored = true;            ///< false where the network couples samples, so that J has no factors
  double evaluation_bytes = 0;     ///< of one more evaluation of the batch, with derivatives
  double linearization_bytes = 0;  ///< of one more linearisation of the simulator
  double adjoints_bytes = 0;       ///< of control Jacobians in the making, beside them
  double inverse_bytes = 0;        ///< of the inverse simulator at work; 0 where there is none
};
/// The problem must outlive the result.
[[nodiscard]] MethodSizes method_sizes(const Problem& problem, Index batch);

/// Bytes of what a training keeps for every method: the order of samples, the batch, the network's tape, with
/// derivatives the simulator's, and what passes between them.
[[nodiscard]] double evaluation_bytes(const Problem& problem, Index batch, bool with_derivatives);

class Method {
 public:
  virtual ~Method() = default;
  /// The update to add to theta [n], into `out`, which keeps its memory from call to call. Parts that have a choice
  /// choose within `limits`.
  virtual void update(Evaluation& at, const StepLimits& limits, Vector& out, StepReport& report) = 0;
  /// True where update() asks for derivatives of the simulator.
  [[nodiscard]] virtual bool needs_derivatives() const { return true; }
  /// Bytes that it will hold at most at once under these limits, beyond evaluation_bytes(). Where they are more than
  /// limits.host_bytes, the method is refused before it allocates anything.
  [[nodiscard]] virtual double predicted_bytes(const MethodSizes& sizes, const StepLimits& limits) const = 0;
  /// Samples per update, at first.
  Index batch = 32;
  /// How many times as many they are in the last updates, at least 1 (train/batch_growth.hpp).
  double growth = 1;
  /// Decay of the running mean of the weights that the training gives in place of the last ones; 0: none.
  double average = 0;
  /// What the training loop rounds for it (setting `precision`).
  Rounding rounding = Rounding::none;
};

/// Which part stands at which place: the words of files src/toolbox/PLACE/WORD.cpp (update/part.hpp).
struct Composition {
  std::string loss = "gradient";  ///< also the default of setting `convention`
  std::string physics = "adjoint";
  std::string network = "adjoint";  ///< a joint part stands at both places
  std::string rule = "adam";
  std::string search = "fixed";
};

/// What a file src/methods/NAME.cpp defines: `MethodDefinition physgrad::methods::NAME()` ('-' becomes '_').
struct MethodDefinition {
  std::string summary;
  std::string citation;
  Composition composition;
  /// Whether a setting `search` chooses among the searches that the other parts go with.
  bool free_search = false;
  /// The method's own defaults, replacing those of its parts, and settings that its own `build` reads.
  SettingMap defaults = {};
  /// Settings of the parts that the method does not offer, with their values; `rule` among them fixes the rule.
  SettingMap constants = {};
  std::vector<SettingSpec> settings = {};
  /// Leave empty for a composition; otherwise builds the method from its resolved settings.
  std::function<std::unique_ptr<Method>(const Settings&)> build = {};
  /// For methods with their own `build`: gradient, inverse, jacobian, products, newton-step, curvature.
  std::vector<std::string> needs = {};
};

}  // namespace physgrad
