#include "physgrad/toolbox/wished_change.hpp"

#include <utility>

namespace physgrad {
namespace {

class WishedChange final : public PhysicsStep {
 public:
  WishedChange(std::unique_ptr<PhysicsStep> step, double eta, bool l1) : step_(std::move(step)), eta_(eta), l1_(l1) {}

  void step(Evaluation& at, Matrix& dy, Matrix& dx, StepReport& report) override {
    if (eta_ != 1.0) dy *= eta_;
    step_->step(at, dy, dx, report);
    report.physics_step = dx;
    if (l1_) dx = dx.array().sign();
  }
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes) const override {
    return step_->predicted_bytes(sizes);
  }
  [[nodiscard]] double kept_bytes(const MethodSizes& sizes) const override { return step_->kept_bytes(sizes); }

 private:
  std::unique_ptr<PhysicsStep> step_;
  double eta_;
  bool l1_;
};

}  // namespace

SettingSpec eta_setting() {
  return tuned(real_setting("eta", 1.0, 1e-12, 1, "share of dy that one step asks for"), {.low = 0.1, .high = 1});
}

SettingSpec proxy_setting() { return choice_setting("proxy", "l2", {"l2", "l1"}, "norm of the proxy loss in x"); }

SettingSpec physics_tau_setting(double value) {
  return tuned(real_setting("physics_tau", value, 0, 0.999999, "truncation of the per-sample inverse"),
               {.low = 1e-8, .high = 1e-1});
}

std::unique_ptr<PhysicsStep> wished_change(std::unique_ptr<PhysicsStep> step, const Settings& settings) {
  const double eta = settings.knows("eta") ? settings.real("eta") : 1.0;
  return std::make_unique<WishedChange>(std::move(step), eta, settings.text("proxy") == "l1");
}

}  // namespace physgrad
