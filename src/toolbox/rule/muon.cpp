// Muon: the momentum of each layer's weight matrix, made orthogonal by five steps of a quintic Newton-Schulz iteration,
// times sqrt(max(1, rows / columns)). Biases are no matrices and follow Adam.
#include <algorithm>
#include <cmath>

#include "physgrad/toolbox/adam.hpp"
#include "physgrad/toolbox/layer_matrices.hpp"
#include "physgrad/toolbox/orthogonalised.hpp"
#include "physgrad/toolbox/rule_settings.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class Muon final : public Rule {
 public:
  struct Constants {
    double rate, momentum;
    bool nesterov;
    double weight_decay, bias_rate;
  };
  explicit Muon(const Constants& constants) : c_(constants), biases_({constants.bias_rate, 0.9, 0.999, 1e-8, 0.0}) {}

  void update(const Vector& gradient, const Parameters& at, Vector& out) override {
    if (momentum_.size() == 0) momentum_ = Vector::Zero(gradient.size());
    momentum_ = c_.momentum * momentum_ + (1.0 - c_.momentum) * gradient;
    out = c_.nesterov ? Vector((1.0 - c_.momentum) * gradient + c_.momentum * momentum_) : momentum_;
    for (const Block& block : at.blocks) {
      if (block.inputs == 0) continue;
      const double aspect = static_cast<double>(block.outputs) / static_cast<double>(block.inputs);
      set_layer_weights(-c_.rate * std::sqrt(std::max(1.0, aspect)) * orthogonalised(layer_weights(out, block)), block,
                        out);
    }
    if (c_.weight_decay > 0) out -= c_.rate * c_.weight_decay * at.theta;
    biases_.update(gradient, at, bias_step_);
    copy_biases(at.blocks, bias_step_, out);
  }
  [[nodiscard]] double bytes(Index parameters) const override { return 56.0 * static_cast<double>(parameters); }
  // Five steps of three products on the smaller side.
  [[nodiscard]] double operations(const Parameters& at) const override {
    return Rule::operations(at) + over_layers(at, [](double a, double b) {
             const double small = std::min(a, b);
             return 5 * (4 * small * small * std::max(a, b) + 2 * small * small * small);
           });
  }

 private:
  Constants c_;
  Vector momentum_, bias_step_;
  Adam biases_;
};

}  // namespace

PartDefinition rule_muon() {
  const SettingSpec bias_rate = tuned(real_setting("bias_rate", 1e-3, 0, 1e12, "learning rate of the biases' Adam"),
                                      {.low = 1e-4, .high = 1e-1, .unless_zero = true});
  return {.summary = "momentum made orthogonal layer by layer",
          .citation = "Jordan 2024 (kellerjordan.github.io/posts/muon)",
          .settings = {rate_setting(0.02), momentum_setting(0.95, "decay of the running mean of gradients"),
                       nesterov_setting(true), weight_decay_setting(0.0), bias_rate},
          .make = [](const Settings& settings) {
            return std::make_unique<Muon>(Muon::Constants{settings.real("rate"), settings.real("momentum"),
                                                          settings.boolean("nesterov"), settings.real("weight_decay"),
                                                          settings.real("bias_rate")});
          }};
}

}  // namespace physgrad::parts
