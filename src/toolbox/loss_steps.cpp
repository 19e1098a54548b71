#include "physgrad/toolbox/loss_steps.hpp"

namespace physgrad {
namespace {

class GradientLoss final : public LossStep {
 public:
  void step(Evaluation& at, Matrix& dy) override { dy = -at.loss_gradient(); }
};

/// y* - y for squared losses.
class NewtonLoss final : public LossStep {
 public:
  void step(Evaluation& at, Matrix& dy) override { dy = at.problem().loss->newton_step(at.state(), at.batch().target); }
};

}  // namespace

SettingSpec convention_setting(bool full) {
  return choice_setting("convention", full ? "full" : "published", {"full", "published"},
                        "full: dy = y* - y; published: dy = -dL/dy");
}

std::unique_ptr<LossStep> make_loss_step(const Settings& settings, bool full) {
  if (settings.knows("convention")) full = settings.text("convention") == "full";
  if (full) return std::make_unique<NewtonLoss>();
  return std::make_unique<GradientLoss>();
}

}  // namespace physgrad
