#include "update/evaluation.hpp"

namespace physgrad {

Evaluation::Evaluation(const Problem& problem, const Vector& theta, const Batch& batch, PhaseClock& clock,
                       bool with_derivatives, Rounding rounding)
    : problem_(problem),
      theta_(theta),
      batch_(batch),
      clock_(clock),
      with_derivatives_(with_derivatives),
      single_(rounding == Rounding::single) {}

void Evaluation::reset() { has_network_ = has_simulator_ = has_state_ = has_gradient_ = has_adjoints_ = false; }

const NetworkLinearization& Evaluation::network() {
  if (!has_network_) {
    const PhaseScope scope(clock_, Phase::network);
    network_.assign(problem_.network, theta_, batch_.input);
    has_network_ = true;
    if (single_) round_to_single(control_ = network_.output());
  }
  return network_;
}

const Matrix& Evaluation::control() {
  const NetworkLinearization& at = network();
  return single_ ? control_ : at.output();
}

const Linearization& Evaluation::simulator() {
  if (!has_simulator_) {
    const Matrix& x = control();
    const PhaseScope scope(clock_, Phase::simulate);
    problem_.simulator->relinearize(x, batch_.context, simulator_);
    if (single_) round_to_single(simulator_->state);
    has_simulator_ = true;
  }
  return *simulator_;
}

const Matrix& Evaluation::state() {
  if (with_derivatives_ || has_simulator_) return simulator().state;
  if (!has_state_) {
    const Matrix& x = control();
    const PhaseScope scope(clock_, Phase::simulate);
    state_ = problem_.simulator->run(x, batch_.context);
    if (single_) round_to_single(state_);
    has_state_ = true;
  }
  return state_;
}

double Evaluation::loss() { return problem_.loss->value(state(), batch_.target); }

const Matrix& Evaluation::loss_gradient() {
  if (!has_gradient_) {
    problem_.loss->gradient(state(), batch_.target, loss_gradient_);
    if (single_) round_to_single(loss_gradient_);
    has_gradient_ = true;
  }
  return loss_gradient_;
}

const Matrix& Evaluation::control_adjoints() {
  if (!has_adjoints_) {
    const Linearization& at = simulator();
    const PhaseScope scope(clock_, Phase::derivative);
    at.adjoints(problem_.simulator->controls(), control_adjoints_);
    if (single_) round_to_single(control_adjoints_);
    has_adjoints_ = true;
  }
  return control_adjoints_;
}

void Evaluation::physics_vjp(const Matrix& seed, Matrix& out) {
  const Linearization& at = simulator();
  const PhaseScope scope(clock_, Phase::derivative);
  at.multiply_transposed(seed, out);
  if (single_) round_to_single(out);
}

Matrix Evaluation::physics_vjp(const Matrix& seed) {
  Matrix out;
  physics_vjp(seed, out);
  return out;
}

Matrix Evaluation::physics_jvp(const Matrix& direction) {
  const Linearization& at = simulator();
  const PhaseScope scope(clock_, Phase::derivative);
  return at.jvp(direction);
}

void Evaluation::network_vjp(const Matrix& seed, Vector& out) {
  const NetworkLinearization& at = network();
  const PhaseScope scope(clock_, Phase::derivative);
  at.vjp(seed, sensitivities_, out);
  if (single_) round_to_single(out);
}

Vector Evaluation::network_vjp(const Matrix& seed) {
  Vector out;
  network_vjp(seed, out);
  return out;
}

Matrix Evaluation::network_jvp(const Vector& direction) {
  const NetworkLinearization& at = network();
  const PhaseScope scope(clock_, Phase::derivative);
  return at.jvp(direction);
}

Vector Evaluation::gradient() { return network_vjp(physics_vjp(loss_gradient())); }

}  // namespace physgrad
