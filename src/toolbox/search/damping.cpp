// The loop of Levenberg-Marquardt: the damping follows the gain ratio rho of Nielsen (Damping parameter in Marquardt's
// method, IMM-REP-1999-05), the loss's decrease over that of the linear model, L (1 - |r + J h|^2 / |r|^2). Where the
// loss falls, the step is taken, damping *= max(1/3, 1 - (2 rho - 1)^3) and nu = 2; otherwise damping *= nu, nu *= 2
// and the step is tried again, `trials` times, before theta stays.
#include <algorithm>
#include <cmath>

#include "physgrad/update/part.hpp"
#include "physgrad/update/trial.hpp"

namespace physgrad::parts {
namespace {

class DampingSearch final : public Search {
 public:
  DampingSearch(double damping, long trials) : damping_(damping), trials_(trials) {}

  void choose(Evaluation& at, Proposals& from, Vector& out) override {
    const double before = at.loss();
    if (from.nothing_wished()) {
      out = Vector::Zero(at.theta().size());
      return;
    }
    Trial trial(at, false);
    for (long number = 0; number < trials_; ++number) {
      if (from.propose(damping_, out)) {
        const double gain = before - trial.loss(out);
        if (gain > 0) {
          const double promised = before * from.promised_share();
          accept(promised > 0 ? gain / promised : kMost);  // round-off may hide a decrease from the model
          return;
        }
      }
      damping_ = std::min(kMost, damping_ * growth_);
      growth_ = std::min(kMost, 2 * growth_);
    }
    // Of a point that is not finite no step is better, and none is the training's to take.
    out = Vector::Constant(at.theta().size(), std::isfinite(before) ? 0.0 : std::nan(""));
  }
  // A trial's evaluation; directions and the update are the step's and the rule's.
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes) const override { return Trial::bytes(sizes, false); }

 private:
  static constexpr double kLeast = 1e-12, kMost = 1e12;

  void accept(double ratio) {
    damping_ = std::max(kLeast, damping_ * std::max(1.0 / 3, 1 - std::pow(2 * ratio - 1, 3)));
    growth_ = 2;
  }

  double damping_, growth_ = 2;
  long trials_;
};

}  // namespace

PartDefinition search_damping() {
  return {.summary = "the damping follows the gain ratio; a step that raises the batch's loss is tried again with more",
          .citation = "Marquardt 1963; Nielsen, IMM-REP-1999-05",
          .settings = {integer_setting("trials", 5, 1, 100, "dampings tried a step before theta stays where it is")},
          .needs = {"gradient"},
          .asks = {{"damping", "adapts a damping"},
                   {"full step of the loss", "compares with the linear model's residual"},
                   {"constant rate", "tries a step several times"}},
          .without = {{Place::loss, "newton", "convention"}},
          .make = [](const Settings& settings) {
            return std::make_unique<DampingSearch>(settings.real("damping"), settings.integer("trials"));
          }};
}

}  // namespace physgrad::parts
