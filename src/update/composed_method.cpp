#include "physgrad/update/composed_method.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace physgrad {
namespace {

class OneAfterTheOther final : public JointStep {
 public:
  OneAfterTheOther(std::unique_ptr<PhysicsStep> physics, std::unique_ptr<NetworkStep> network)
      : physics_(std::move(physics)), network_(std::move(network)) {}

  void step(Evaluation& at, const StepLimits& limits, Matrix& dy, Vector& gradient, StepReport& report) override {
    physics_->step(at, dy, dx_, report);
    const double kept = physics_->kept_bytes(method_sizes(at.problem(), at.samples()));
    network_->step(at, limits.beside(kept), dx_, gradient, report);
  }
  // The physics step's memory is free again in the network step, but for what the evaluation keeps.
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& limits) const override {
    const double kept = physics_->kept_bytes(sizes);
    return std::max(physics_->predicted_bytes(sizes), kept + network_->predicted_bytes(sizes, limits.beside(kept)));
  }

 private:
  std::unique_ptr<PhysicsStep> physics_;
  std::unique_ptr<NetworkStep> network_;
  Matrix dx_;
};

class ComposedMethod final : public Method {
 public:
  explicit ComposedMethod(Pieces pieces) : pieces_(std::move(pieces)) {}

  void update(Evaluation& at, const StepLimits& limits, Vector& out, StepReport& report) override {
    pieces_.loss->step(at, dy_);
    Offer offer(*this, at, beside_others(limits, method_sizes(at.problem(), at.samples())), report);
    pieces_.search->choose(at, offer, out);
  }
  [[nodiscard]] bool needs_derivatives() const override { return pieces_.derivatives; }
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& limits) const override {
    return others_bytes(sizes) + pieces_.step->predicted_bytes(sizes, beside_others(limits, sizes));
  }

 private:
  class Offer final : public Proposals {
   public:
    Offer(ComposedMethod& method, Evaluation& at, const StepLimits& limits, StepReport& report)
        : method_(method), at_(at), limits_(limits), report_(report) {}

    void propose(Vector& out) override {
      method_.pieces_.step->step(at_, limits_, method_.dy_, method_.gradient_, report_);
      method_.apply_rule(at_, out);
    }
    bool propose(double damping, Vector& out) override {
      if (!system_) system_ = method_.pieces_.step->damped(at_, method_.dy_);
      if (!system_) throw std::logic_error("a search asks a step for its damping that has none");
      if (!system_->solve(damping, method_.gradient_, report_)) return false;
      method_.apply_rule(at_, out);
      return true;
    }
    [[nodiscard]] double promised_share() const override {
      return system_->promised_share(method_.pieces_.rule->constant_rate().value());
    }
    [[nodiscard]] bool nothing_wished() const override { return method_.dy_.isZero(0.0); }

   private:
    ComposedMethod& method_;
    Evaluation& at_;
    StepLimits limits_;
    StepReport& report_;
    std::unique_ptr<DampedSystem> system_;
  };

  void apply_rule(Evaluation& at, Vector& out) {
    const PhaseScope scope(at.clock(), Phase::update);
    const Parameters parameters{at.theta(), at.problem().network->blocks(), at.progress()};
    pieces_.rule->update(gradient_, parameters, out);
    at.costs().flops += pieces_.rule->operations(parameters);
  }
  /// Of rule and search, beside which the step does its work.
  [[nodiscard]] double others_bytes(const MethodSizes& sizes) const {
    return rule_bytes(sizes) + pieces_.search->predicted_bytes(sizes);
  }
  [[nodiscard]] double rule_bytes(const MethodSizes& sizes) const {
    return pieces_.rule->bytes(sizes.parameters) + pieces_.rule->matrix_bytes(sizes.blocks);
  }
  [[nodiscard]] StepLimits beside_others(const StepLimits& limits, const MethodSizes& sizes) const {
    return limits.beside(others_bytes(sizes));
  }

  Pieces pieces_;
  Matrix dy_;  // these keep their memory from step to step
  Vector gradient_;
};

}  // namespace

std::unique_ptr<Method> make_composed_method(Pieces pieces) {
  return std::make_unique<ComposedMethod>(std::move(pieces));
}

std::unique_ptr<JointStep> one_after_the_other(std::unique_ptr<PhysicsStep> physics,
                                               std::unique_ptr<NetworkStep> network) {
  return std::make_unique<OneAfterTheOther>(std::move(physics), std::move(network));
}

}  // namespace physgrad
