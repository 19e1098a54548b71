#include "update/evaluation.hpp"

namespace physgrad {

Evaluation::Evaluation(const Problem& problem, const Vector& theta, const Batch& batch, PhaseClock& clock,
                       bool with_derivatives)
    : problem_(problem), theta_(theta), batch_(batch), clock_(clock), with_derivatives_(with_derivatives) {}

const NetworkLinearization& Evaluation::network() {
  if (!network_) {
    const PhaseScope scope(clock_, Phase::network);
    network_.emplace(problem_.network, theta_, batch_.input);
  }
  return *network_;
}

const Linearization& Evaluation::simulator() {
  if (!simulator_) {
    const Matrix& x = control();
    const PhaseScope scope(clock_, Phase::simulate);
    simulator_ = problem_.simulator->linearize(x, batch_.context);
  }
  return *simulator_;
}

const Matrix& Evaluation::state() {
  if (with_derivatives_ || simulator_) return simulator().state;
  if (!state_) {
    const Matrix& x = control();
    const PhaseScope scope(clock_, Phase::simulate);
    state_ = problem_.simulator->run(x, batch_.context);
  }
  return *state_;
}

double Evaluation::loss() { return problem_.loss->value(state(), batch_.target); }

const Matrix& Evaluation::loss_gradient() {
  if (!loss_gradient_) loss_gradient_ = problem_.loss->gradient(state(), batch_.target);
  return *loss_gradient_;
}

const Matrix& Evaluation::control_jacobians() {
  if (!control_jacobians_) {
    const Linearization& at = simulator();
    const PhaseScope scope(clock_, Phase::derivative);
    control_jacobians_ =
        physgrad::control_jacobians(at, problem_.simulator->controls(), problem_.simulator->outputs(), samples());
  }
  return *control_jacobians_;
}

Matrix Evaluation::physics_vjp(const Matrix& seed) {
  const Linearization& at = simulator();
  const PhaseScope scope(clock_, Phase::derivative);
  return at.vjp(seed);
}

Matrix Evaluation::physics_jvp(const Matrix& direction) {
  const Linearization& at = simulator();
  const PhaseScope scope(clock_, Phase::derivative);
  return at.jvp(direction);
}

Vector Evaluation::network_vjp(const Matrix& seed) {
  const NetworkLinearization& at = network();
  const PhaseScope scope(clock_, Phase::derivative);
  return at.vjp(seed);
}

Matrix Evaluation::network_jvp(const Vector& direction) {
  const NetworkLinearization& at = network();
  const PhaseScope scope(clock_, Phase::derivative);
  return at.jvp(direction);
}

}  // namespace physgrad
