#include "physgrad/update/rule.hpp"

#include <cmath>

#include "physgrad/update/rules.hpp"

namespace physgrad {

void Sgd::update(const Vector& gradient, const Parameters& /*at*/, Vector& out) { out = -rate_ * gradient; }

void Momentum::update(const Vector& gradient, const Parameters& /*at*/, Vector& out) {
  if (buffer_.size() == 0)
    buffer_ = gradient;  // torch.optim starts the buffer at the first gradient
  else
    buffer_ = momentum_ * buffer_ + gradient;
  if (nesterov_)
    out = -rate_ * (gradient + momentum_ * buffer_);
  else
    out = -rate_ * buffer_;
}

void Adam::update(const Vector& gradient, const Parameters& at, Vector& out) {
  if (first_.size() == 0) first_ = second_ = Vector::Zero(gradient.size());
  ++step_;
  first_ = c_.beta1 * first_ + (1.0 - c_.beta1) * gradient;
  second_ = c_.beta2 * second_ + (1.0 - c_.beta2) * gradient.cwiseAbs2();
  const double rate = c_.rate / (1.0 - std::pow(c_.beta1, step_));
  const double correction = 1.0 / std::sqrt(1.0 - std::pow(c_.beta2, step_));
  out = -rate * (first_.array() / (second_.array().sqrt() * correction + c_.epsilon));
  if (c_.weight_decay > 0) out -= c_.rate * c_.weight_decay * at.theta;
}

void Adagrad::update(const Vector& gradient, const Parameters& /*at*/, Vector& out) {
  if (sum_.size() == 0) sum_ = Vector::Zero(gradient.size());
  sum_ += gradient.cwiseAbs2();
  out = -rate_ * (gradient.array() / (sum_.array().sqrt() + epsilon_));
}

void Adadelta::update(const Vector& gradient, const Parameters& /*at*/, Vector& out) {
  if (square_.size() == 0) square_ = delta_ = Vector::Zero(gradient.size());
  square_ = rho_ * square_ + (1.0 - rho_) * gradient.cwiseAbs2();
  out = ((delta_.array() + epsilon_) / (square_.array() + epsilon_)).sqrt() * gradient.array();
  delta_ = rho_ * delta_ + (1.0 - rho_) * out.cwiseAbs2();
  out *= -rate_;
}

void RmsProp::update(const Vector& gradient, const Parameters& /*at*/, Vector& out) {
  if (square_.size() == 0) square_ = buffer_ = Vector::Zero(gradient.size());
  square_ = alpha_ * square_ + (1.0 - alpha_) * gradient.cwiseAbs2();
  buffer_ = momentum_ * buffer_.array() + gradient.array() / (square_.array().sqrt() + epsilon_);
  out = -rate_ * buffer_;
}

std::vector<std::string> rule_names() {
  return {"sgd", "momentum", "adagrad", "adadelta", "rmsprop", "adam", "adamw", "muon", "soap", "full-adagrad"};
}

namespace {

SettingSpec rate_setting(double value) { return real_setting("rate", value, 0, 1e12, "learning rate"); }
SettingSpec epsilon_setting(double value, const char* place) { return real_setting("epsilon", value, 0, 1, place); }
SettingSpec decay_setting(double value) {
  return real_setting("weight_decay", value, 0, 1e3, "theta shrinks by rate times this before a step");
}
SettingSpec beta_setting(const char* key, double value, const char* what) {
  return real_setting(key, value, 0, 0.999999999, what);
}

std::vector<SettingSpec> adam_settings(double rate, double beta1, double beta2) {
  return {rate_setting(rate), beta_setting("beta1", beta1, "decay of the first moment"),
          beta_setting("beta2", beta2, "decay of the second moment"),
          epsilon_setting(1e-8, "added to the root of the second moment")};
}

std::vector<SettingSpec> with(std::vector<SettingSpec> specs, std::vector<SettingSpec> more) {
  specs.insert(specs.end(), more.begin(), more.end());
  return specs;
}

Adam::Constants adam_constants(const Settings& settings) {
  return {settings.real("rate"), settings.real("beta1"), settings.real("beta2"), settings.real("epsilon"),
          settings.knows("weight_decay") ? settings.real("weight_decay") : 0.0};
}

}  // namespace

std::vector<SettingSpec> rule_settings(const std::string& name) {
  const SettingSpec momentum = real_setting("momentum", 0.9, 0, 1, "share of the last step kept");
  const SettingSpec nesterov = boolean_setting("nesterov", name == "muon", "look ahead along the momentum");
  if (name == "sgd") return {rate_setting(1e-2)};
  if (name == "momentum") return {rate_setting(1e-2), momentum, nesterov};
  if (name == "adagrad") return {rate_setting(1e-2), epsilon_setting(1e-10, "added to the root of the sum")};
  if (name == "adadelta")
    return {rate_setting(1.0), beta_setting("rho", 0.9, "decay of both running means"),
            epsilon_setting(1e-6, "added to both running means")};
  if (name == "rmsprop")
    return {rate_setting(1e-2), beta_setting("alpha", 0.99, "decay of the running mean of squares"),
            epsilon_setting(1e-8, "added to the root of the running mean"),
            real_setting("momentum", 0.0, 0, 1, "share of the last step kept")};
  if (name == "adam") return adam_settings(1e-3, 0.9, 0.999);
  if (name == "adamw") return with(adam_settings(1e-3, 0.9, 0.999), {decay_setting(1e-2)});
  if (name == "muon")
    return {rate_setting(0.02), real_setting("momentum", 0.95, 0, 1, "decay of the running mean of gradients"),
            nesterov, decay_setting(0.0),
            real_setting("bias_rate", 1e-3, 0, 1e12, "learning rate of the biases' Adam")};
  if (name == "soap")
    return with(adam_settings(3e-3, 0.95, 0.95),
                {decay_setting(0.01), integer_setting("frequency", 10, 1, 1e6, "steps between two bases")});
  if (name == "full-adagrad")
    return {rate_setting(1e-2), beta_setting("beta2", 0.99, "share of its size that a gradient keeps every step"),
            epsilon_setting(1e-8, "added to the roots of the spectrum"),
            integer_setting("window", 50, 1, 1000, "gradients that count")};
  throw UsageError(unknown_name_message("rule", name, rule_names()));
}

std::unique_ptr<Rule> make_rule(const std::string& name, const Settings& settings) {
  const auto real = [&](const char* key) { return settings.real(key); };
  if (name == "sgd") return std::make_unique<Sgd>(real("rate"));
  if (name == "momentum")
    return std::make_unique<Momentum>(real("rate"), real("momentum"), settings.boolean("nesterov"));
  if (name == "adagrad") return std::make_unique<Adagrad>(real("rate"), real("epsilon"));
  if (name == "adadelta") return std::make_unique<Adadelta>(real("rate"), real("rho"), real("epsilon"));
  if (name == "rmsprop")
    return std::make_unique<RmsProp>(real("rate"), real("alpha"), real("epsilon"), real("momentum"));
  if (name == "adam" || name == "adamw") return std::make_unique<Adam>(adam_constants(settings));
  if (name == "muon")
    return std::make_unique<Muon>(Muon::Constants{real("rate"), real("momentum"), settings.boolean("nesterov"),
                                                  real("weight_decay"), real("bias_rate")});
  if (name == "soap")
    return std::make_unique<Soap>(Soap::Constants{real("rate"), real("beta1"), real("beta2"), real("epsilon"),
                                                  real("weight_decay"), settings.integer("frequency")});
  if (name == "full-adagrad")
    return std::make_unique<FullAdagrad>(real("rate"), real("beta2"), real("epsilon"), settings.integer("window"));
  throw UsageError(unknown_name_message("rule", name, rule_names()));
}

}  // namespace physgrad
