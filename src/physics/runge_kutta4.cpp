#include "physgrad/physics/runge_kutta4.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace physgrad {
namespace {

// Stage i+1 is evaluated at s + offset[i] dt k_i; k_i enters the step with weight[i] dt.
constexpr double offset[] = {0.5, 0.5, 1.0};
constexpr double weight[] = {1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0};

class FlowLinearization final : public Linearization {
  // The states at which k_{i+1} of a step was evaluated.
  [[nodiscard]] auto stage(Index step, Index i) const {
    const Index ds = dynamics_->states();
    return stages_.middleRows((4 * step + i) * ds, ds);
  }

 public:
  FlowLinearization(std::shared_ptr<const Dynamics> dynamics, double dt, Index steps)
      : dynamics_(std::move(dynamics)), dt_(dt), steps_(steps) {}

  void simulate(const Matrix& x) {
    const Index ds = x.rows();
    // In one block: thousands of small allocations would cost more than the arithmetic.
    stages_.resize(4 * steps_ * ds, x.cols());
    States s = x, k(ds, x.cols());
    for (Index n = 0; n < steps_; ++n) {
      stages_.middleRows(4 * n * ds, ds) = s;
      for (Index i = 0; i < 4; ++i) {
        dynamics_->rate(stage(n, i), k);
        if (i < 3) stages_.middleRows((4 * n + i + 1) * ds, ds) = stage(n, 0) + offset[i] * dt_ * k;
        s += weight[i] * dt_ * k;
      }
    }
    state = s;
  }

  void multiply(const Matrix& v, Matrix& dy) const override {
    States ds = v, tangent(v.rows(), v.cols()), sum(v.rows(), v.cols()), k(v.rows(), v.cols());
    for (Index n = 0; n < steps_; ++n) {
      dynamics_->jvp(stage(n, 0), ds, k);
      sum = ds + weight[0] * dt_ * k;
      for (Index i = 1; i < 4; ++i) {
        tangent = ds + offset[i - 1] * dt_ * k;
        dynamics_->jvp(stage(n, i), tangent, k);
        sum += weight[i] * dt_ * k;
      }
      ds.swap(sum);
    }
    dy = ds;
  }

  void multiply_transposed(const Matrix& w, Matrix& x_bar) const override {
    States bar = w, k_bar(w.rows(), w.cols()), s_bar(w.rows(), w.cols()), sum(w.rows(), w.cols());
    for (Index n = steps_; n-- > 0;) {
      sum = bar;
      for (Index i = 4; i-- > 0;) {
        // k_i acts on the step's result and, through the next stage's state, on everything after it.
        k_bar = weight[i] * dt_ * bar;
        if (i < 3) k_bar += offset[i] * dt_ * s_bar;
        dynamics_->vjp(stage(n, i), k_bar, s_bar);
        sum += s_bar;
      }
      bar.swap(sum);
    }
    x_bar = bar;
  }

 private:
  std::shared_ptr<const Dynamics> dynamics_;
  double dt_;
  Index steps_;
  States stages_;  // [4 steps * ds x B]
};

class InitialValueFlow final : public Simulator {
 public:
  InitialValueFlow(std::shared_ptr<const Dynamics> dynamics, double dt, Index steps)
      : dynamics_(std::move(dynamics)), dt_(dt), steps_(steps) {}

  [[nodiscard]] Index controls() const override { return dynamics_->states(); }
  [[nodiscard]] Index outputs() const override { return dynamics_->states(); }
  [[nodiscard]] double operations() const override {
    return static_cast<double>(steps_) * (4 * dynamics_->operations() + 14 * static_cast<double>(outputs()));
  }
  /// Four stages a step, and the end.
  [[nodiscard]] double linearization_bytes(Index samples) const override {
    return 8.0 * static_cast<double>((4 * steps_ + 1) * outputs() * samples);
  }

  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& /*context*/) const override {
    check(x);
    States s = x, stage(x.rows(), x.cols()), sum(x.rows(), x.cols()), k(x.rows(), x.cols());
    for (Index n = 0; n < steps_; ++n) {
      dynamics_->rate(s, k);
      sum = s + weight[0] * dt_ * k;
      for (Index i = 1; i < 4; ++i) {
        stage = s + offset[i - 1] * dt_ * k;
        dynamics_->rate(stage, k);
        sum += weight[i] * dt_ * k;
      }
      s.swap(sum);
    }
    return s;
  }

  [[nodiscard]] LinearizationPtr linearize(const Matrix& x, const Matrix& context) const override {
    LinearizationPtr at;
    relinearize(x, context, at);
    return at;
  }

  void relinearize(const Matrix& x, const Matrix& /*context*/, LinearizationPtr& at) const override {
    check(x);
    if (!at) at = std::make_unique<FlowLinearization>(dynamics_, dt_, steps_);
    static_cast<FlowLinearization&>(*at).simulate(x);
  }

 private:
  void check(const Matrix& x) const {
    if (x.rows() == controls()) return;
    throw std::invalid_argument("control (start state): expected " + std::to_string(controls()) + " rows, got " +
                                std::to_string(x.rows()));
  }

  std::shared_ptr<const Dynamics> dynamics_;
  double dt_;
  Index steps_;
};

}  // namespace

std::shared_ptr<const Simulator> initial_value_flow(std::shared_ptr<const Dynamics> dynamics, double dt, Index steps) {
  return std::make_shared<InitialValueFlow>(std::move(dynamics), dt, steps);
}

}  // namespace physgrad
