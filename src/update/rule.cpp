#include "update/rule.hpp"

#include <cmath>

namespace physgrad {
namespace {

class Sgd final : public Rule {
 public:
  explicit Sgd(double rate) : rate_(rate) {}
  void update(const Vector& gradient, Vector& out) override { out = -rate_ * gradient; }

 private:
  double rate_;
};

/// Heavy-ball momentum b <- mu b + g; with Nesterov the step looks ahead to g + mu b.
class Momentum final : public Rule {
 public:
  Momentum(double rate, double momentum, bool nesterov) : rate_(rate), momentum_(momentum), nesterov_(nesterov) {}
  void update(const Vector& gradient, Vector& out) override {
    if (buffer_.size() == 0)
      buffer_ = gradient;  // torch.optim starts the buffer at the first gradient
    else
      buffer_ = momentum_ * buffer_ + gradient;
    if (nesterov_)
      out = -rate_ * (gradient + momentum_ * buffer_);
    else
      out = -rate_ * buffer_;
  }

 private:
  double rate_, momentum_;
  bool nesterov_;
  Vector buffer_;
};

/// Adam (Kingma & Ba 2015): epsilon is added to the root of the bias-corrected second moment.
class Adam final : public Rule {
 public:
  Adam(double rate, double beta1, double beta2, double epsilon)
      : rate_(rate), beta1_(beta1), beta2_(beta2), epsilon_(epsilon) {}
  void update(const Vector& gradient, Vector& out) override {
    if (first_.size() == 0) first_ = second_ = Vector::Zero(gradient.size());
    ++step_;
    first_ = beta1_ * first_ + (1.0 - beta1_) * gradient;
    second_ = beta2_ * second_ + (1.0 - beta2_) * gradient.cwiseAbs2();
    const double rate = rate_ / (1.0 - std::pow(beta1_, step_));
    const double correction = 1.0 / std::sqrt(1.0 - std::pow(beta2_, step_));
    out = -rate * (first_.array() / (second_.array().sqrt() * correction + epsilon_));
  }

 private:
  double rate_, beta1_, beta2_, epsilon_;
  double step_ = 0;
  Vector first_, second_;
};

}  // namespace

std::vector<std::string> rule_names() { return {"sgd", "momentum", "adam"}; }

std::vector<SettingSpec> rule_settings(const std::string& name) {
  const SettingSpec rate = real_setting("rate", name == "adam" ? 1e-3 : 1e-2, 0, 1e12, "learning rate");
  if (name == "sgd") return {rate};
  if (name == "momentum")
    return {rate, real_setting("momentum", 0.9, 0, 1, "share of the last step kept"),
            boolean_setting("nesterov", false, "look ahead along the momentum")};
  if (name == "adam")
    return {rate, real_setting("beta1", 0.9, 0, 0.999999999, "decay of the first moment"),
            real_setting("beta2", 0.999, 0, 0.999999999, "decay of the second moment"),
            real_setting("epsilon", 1e-8, 0, 1, "added to the root of the second moment")};
  throw UsageError(unknown_name_message("rule", name, rule_names()));
}

std::unique_ptr<Rule> make_rule(const std::string& name, const Settings& settings) {
  if (name == "sgd") return std::make_unique<Sgd>(settings.real("rate"));
  if (name == "momentum")
    return std::make_unique<Momentum>(settings.real("rate"), settings.real("momentum"), settings.boolean("nesterov"));
  if (name == "adam")
    return std::make_unique<Adam>(settings.real("rate"), settings.real("beta1"), settings.real("beta2"),
                                  settings.real("epsilon"));
  throw UsageError(unknown_name_message("rule", name, rule_names()));
}

}  // namespace physgrad
