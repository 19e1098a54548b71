#include "core/runge_kutta4.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace physgrad {
namespace {

// The increments k1 .. k4 and the state of the next stage, allocated once per integration.
struct Workspace {
  Workspace(Index states, Index samples) : stage(states, samples), sum(states, samples), k(states, samples) {}
  States stage, sum, k;
};

// Stage i+1 is evaluated at s + offset[i] dt k_i; k_i enters the step with weight[i] dt.
constexpr double offset[] = {0.5, 0.5, 1.0};
constexpr double weight[] = {1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0};

void step(const Dynamics& dynamics, double dt, const StatesRef& u, States& s, Workspace& work) {
  dynamics.rate(s, u, work.k);
  work.sum = s + weight[0] * dt * work.k;
  for (Index i = 1; i < 4; ++i) {
    work.stage = s + offset[i - 1] * dt * work.k;
    dynamics.rate(work.stage, u, work.k);
    work.sum += weight[i] * dt * work.k;
  }
  s.swap(work.sum);
}

void require_shape(const char* what, const Matrix& value, Index rows, Index cols) {
  if (value.rows() == rows && value.cols() == cols) return;
  throw std::invalid_argument(std::string(what) + ": expected " + std::to_string(rows) + " x " + std::to_string(cols) +
                              ", got " + std::to_string(value.rows()) + " x " + std::to_string(value.cols()));
}

class ControlledFlow final : public Simulator {
 public:
  ControlledFlow(std::shared_ptr<const Dynamics> dynamics, TimeGrid grid)
      : dynamics_(std::move(dynamics)), grid_(grid) {}

  [[nodiscard]] Index controls() const override { return grid_.segments * dynamics_->controls(); }
  [[nodiscard]] Index outputs() const override { return dynamics_->states(); }

  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& context) const override {
    check(x, context);
    return integrate(*dynamics_, grid_, context, x);
  }

  [[nodiscard]] Linearization linearize(const Matrix& x, const Matrix& context) const override {
    check(x, context);
    const auto path = std::make_shared<const Trajectory>(dynamics_, grid_, context, x);
    const auto jvp = [path](const Matrix& v) -> Matrix {
      return path->jvp(States::Zero(path->end().rows(), path->end().cols()), v);
    };
    return {path->end(), jvp, [path](const Matrix& w) -> Matrix { return path->vjp(w).controls; }};
  }

 private:
  void check(const Matrix& x, const Matrix& context) const {
    require_shape("control", x, controls(), x.cols());
    require_shape("context (start state)", context, outputs(), x.cols());
  }

  std::shared_ptr<const Dynamics> dynamics_;
  TimeGrid grid_;
};

class InitialValueFlow final : public Simulator {
 public:
  InitialValueFlow(std::shared_ptr<const Dynamics> dynamics, TimeGrid grid)
      : dynamics_(std::move(dynamics)), grid_(grid) {}

  [[nodiscard]] Index controls() const override { return dynamics_->states(); }
  [[nodiscard]] Index outputs() const override { return dynamics_->states(); }

  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& /*context*/) const override {
    require_shape("control (start state)", x, controls(), x.cols());
    return integrate(*dynamics_, grid_, x, States(0, x.cols()));
  }

  [[nodiscard]] Linearization linearize(const Matrix& x, const Matrix& /*context*/) const override {
    require_shape("control (start state)", x, controls(), x.cols());
    const auto path = std::make_shared<const Trajectory>(dynamics_, grid_, x, States(0, x.cols()));
    return {path->end(), [path](const Matrix& v) -> Matrix { return path->jvp(v, States(0, v.cols())); },
            [path](const Matrix& w) -> Matrix { return path->vjp(w).start; }};
  }

 private:
  std::shared_ptr<const Dynamics> dynamics_;
  TimeGrid grid_;
};

}  // namespace

States integrate(const Dynamics& dynamics, const TimeGrid& grid, States start, const States& controls) {
  Workspace work(start.rows(), start.cols());
  const Index du = dynamics.controls();
  for (Index segment = 0; segment < grid.segments; ++segment) {
    const StatesRef u = controls.middleRows(segment * du, du);
    for (Index i = 0; i < grid.steps_per_segment; ++i) step(dynamics, grid.dt, u, start, work);
  }
  return start;
}

Trajectory::Trajectory(std::shared_ptr<const Dynamics> dynamics, const TimeGrid& grid, States start, States controls)
    : dynamics_(std::move(dynamics)),
      grid_(grid),
      steps_(grid.segments * grid.steps_per_segment),
      controls_(std::move(controls)),
      stages_(4 * steps_ * start.rows(), start.cols()),
      end_(std::move(start)) {
  const Index ds = end_.rows();
  States k(ds, end_.cols());
  for (Index n = 0; n < steps_; ++n) {
    const StatesRef u = piece(controls_, n);
    stages_.middleRows(4 * n * ds, ds) = end_;
    for (Index i = 0; i < 4; ++i) {
      dynamics_->rate(stage(n, i), u, k);
      if (i < 3) stages_.middleRows((4 * n + i + 1) * ds, ds) = stage(n, 0) + offset[i] * grid_.dt * k;
      end_ += weight[i] * grid_.dt * k;
    }
  }
}

States Trajectory::jvp(const States& d_start, const States& d_controls) const {
  States ds = d_start;
  Workspace work(ds.rows(), ds.cols());
  for (Index n = 0; n < steps_; ++n) {
    const StatesRef u = piece(controls_, n);
    const StatesRef du = piece(d_controls, n);
    dynamics_->jvp(stage(n, 0), u, ds, du, work.k);
    work.sum = ds + weight[0] * grid_.dt * work.k;
    for (Index i = 1; i < 4; ++i) {
      work.stage = ds + offset[i - 1] * grid_.dt * work.k;
      dynamics_->jvp(stage(n, i), u, work.stage, du, work.k);
      work.sum += weight[i] * grid_.dt * work.k;
    }
    ds.swap(work.sum);
  }
  return ds;
}

Trajectory::Gradient Trajectory::vjp(const States& w) const {
  const Index du = dynamics_->controls();
  Gradient gradient{w, States::Zero(controls_.rows(), w.cols())};
  States k_bar(w.rows(), w.cols()), s_bar(w.rows(), w.cols()), sum(w.rows(), w.cols()), u_bar(du, w.cols());
  for (Index n = steps_; n-- > 0;) {
    const StatesRef u = piece(controls_, n);
    auto u_sum = gradient.controls.middleRows(n / grid_.steps_per_segment * du, du);
    sum = gradient.start;
    for (Index i = 4; i-- > 0;) {
      // k_i acts on the step's result and, through the next stage's state, on everything after it.
      k_bar = weight[i] * grid_.dt * gradient.start;
      if (i < 3) k_bar += offset[i] * grid_.dt * s_bar;
      dynamics_->vjp(stage(n, i), u, k_bar, s_bar, u_bar);
      sum += s_bar;
      u_sum += u_bar;
    }
    gradient.start.swap(sum);
  }
  return gradient;
}

std::shared_ptr<const Simulator> controlled_flow(std::shared_ptr<const Dynamics> dynamics, TimeGrid grid) {
  return std::make_shared<ControlledFlow>(std::move(dynamics), grid);
}

std::shared_ptr<const Simulator> initial_value_flow(std::shared_ptr<const Dynamics> dynamics, TimeGrid grid) {
  return std::make_shared<InitialValueFlow>(std::move(dynamics), grid);
}

}  // namespace physgrad
