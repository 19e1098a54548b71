// L-BFGS (Nocedal 1980; Nocedal & Wright, algorithm 7.4) with a backtracking line search on the batch's own loss. A
// pair (s, y) comes from both gradients on the same batch, so that the noise of sampling does not enter the curvature
// (Schraudolph, Yu, Guenter 2007), and is kept where s.y > 1e-10 |s| |y|. A step without sufficient decrease after
// `trials` halvings is not taken and empties the memory.
#include <algorithm>

#include "physgrad/toolbox/curvature_pairs.hpp"
#include "physgrad/toolbox/rule_settings.hpp"
#include "physgrad/toolbox/search/backtracking.hpp"
#include "physgrad/update/method.hpp"

namespace physgrad::methods {
namespace {

class Lbfgs final : public Method {
 public:
  explicit Lbfgs(const Settings& settings)
      : rate_(settings.real("rate")),
        history_(static_cast<std::size_t>(settings.integer("history"))),
        line_(settings.integer("trials")),
        pairs_(history_) {}

  void update(Evaluation& at, const StepLimits& /*limits*/, Vector& out, StepReport& /*report*/) override {
    const Vector gradient = at.gradient();
    const double before = at.loss();
    Vector direction;
    {
      const PhaseScope scope(at.clock(), Phase::update);
      direction = -inverse_hessian_times(gradient);
      if (!(direction.dot(gradient) < 0)) {
        pairs_.clear();
        direction = -first_scale(gradient) * gradient;
      }
    }
    const double slope = direction.dot(gradient);
    const double length = pairs_.empty() ? 1.0 : rate_;
    Trial trial(at, true);
    if (line_.descend(trial, before, direction, slope, length, out))
      pairs_.remember(out, trial.evaluation().gradient() - gradient);
    else
      pairs_.clear();
  }
  // The pairs, and gradients, direction and trial; the evaluation of a trial.
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& /*limits*/) const override {
    const auto vectors = static_cast<double>(2 * history_ + 5);
    return 8.0 * static_cast<double>(sizes.parameters) * vectors + sizes.evaluation_bytes;
  }

 private:
  /// Without curvature a step of length `rate` is as good a guess as any.
  [[nodiscard]] double first_scale(const Vector& gradient) const {
    const double norm = gradient.norm();
    return norm > 0 ? rate_ / std::max(1.0, norm) : 0.0;
  }

  [[nodiscard]] Vector inverse_hessian_times(const Vector& gradient) const {
    return pairs_.empty() ? Vector(first_scale(gradient) * gradient) : pairs_.inverse_hessian_times(gradient);
  }

  double rate_;
  std::size_t history_;
  Backtracking line_;
  CurvaturePairs pairs_;
};

}  // namespace

MethodDefinition dp_lbfgs() {
  return {.summary = "gradient through the simulator, limited-memory BFGS with a line search on the batch",
          .citation = "Nocedal 1980; Schraudolph, Yu, Guenter, AISTATS 2007",
          .composition = {},
          .defaults = {{"batch", 256.0}},
          .settings = {rate_setting(1.0, "length of step that the line search tries first"),
                       integer_setting("history", 10, 1, 1000, "pairs of steps and gradient differences kept"),
                       backtracking_trials_setting()},
          .build = [](const Settings& settings) { return std::make_unique<Lbfgs>(settings); },
          .needs = {"gradient"}};
}

}  // namespace physgrad::methods
