#include "physgrad/update/evaluation.hpp"

namespace physgrad {

Evaluation::Evaluation(const Problem& problem, const Vector& theta, const Batch& batch, Meter& meter,
                       bool with_derivatives, Rounding rounding, int threads)
    : problem_(problem),
      theta_(theta),
      batch_(batch),
      meter_(meter),
      with_derivatives_(with_derivatives),
      single_(rounding == Rounding::single),
      threads_(threads) {}

void Evaluation::reset() { has_network_ = has_simulator_ = has_state_ = has_gradient_ = has_adjoints_ = false; }

// A pass is a product with every weight; a product with the Jacobian is one with the weights and one with what the
// layers were given.
void Evaluation::count_network_passes(Index samples) {
  costs().network_passes += static_cast<double>(samples);
  costs().flops += 2.0 * static_cast<double>(samples) * static_cast<double>(problem_.network->parameters());
}

void Evaluation::count_network_vjps(Index products) {
  costs().network_vjps += static_cast<double>(products);
  costs().flops += 4.0 * static_cast<double>(products) * static_cast<double>(problem_.network->parameters());
}

Tape& Evaluation::network() {
  if (!has_network_) {
    const PhaseScope scope(meter_.clock, Phase::network);
    problem_.network->record(theta_, batch_.input, network_);
    count_network_passes(samples());
    has_network_ = true;
    if (single_) round_to_single(control_ = network_->output());
  }
  return *network_;
}

const Matrix& Evaluation::control() {
  const Tape& at = network();
  return single_ ? control_ : at.output();
}

const Linearization& Evaluation::simulator() {
  if (!has_simulator_) {
    const Matrix& x = control();
    const PhaseScope scope(meter_.clock, Phase::simulate);
    linearize_counted(*problem_.simulator, x, batch_.context, simulator_, costs());
    if (single_) round_to_single(simulator_->state);
    has_simulator_ = true;
  }
  return *simulator_;
}

const Matrix& Evaluation::state() {
  if (with_derivatives_ || has_simulator_) return simulator().state;
  if (!has_state_) {
    const Matrix& x = control();
    const PhaseScope scope(meter_.clock, Phase::simulate);
    state_ = simulate(*problem_.simulator, x, batch_.context, costs());
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
    const PhaseScope scope(meter_.clock, Phase::derivative);
    count_adjoints(*problem_.simulator, samples(), costs());
    at.adjoints(problem_.simulator->controls(), control_adjoints_);
    if (single_) round_to_single(control_adjoints_);
    has_adjoints_ = true;
  }
  return control_adjoints_;
}

void Evaluation::physics_vjp(const Matrix& seed, Matrix& out) {
  const Linearization& at = simulator();
  const PhaseScope scope(meter_.clock, Phase::derivative);
  count_vjps(*problem_.simulator, samples(), costs());
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
  const PhaseScope scope(meter_.clock, Phase::derivative);
  count_jvps(*problem_.simulator, samples(), costs());
  return at.jvp(direction);
}

void Evaluation::network_vjp(const Matrix& seed, Vector& out) {
  Tape& at = network();
  const PhaseScope scope(meter_.clock, Phase::derivative);
  const HeapUseScope use(meter_.clock, HeapUse::network);
  count_network_vjps(samples());
  at.vjp(seed, out);
  if (single_) round_to_single(out);
}

Vector Evaluation::network_vjp(const Matrix& seed) {
  Vector out;
  network_vjp(seed, out);
  return out;
}

Matrix Evaluation::network_jvp(const Vector& direction) {
  Tape& at = network();
  const PhaseScope scope(meter_.clock, Phase::derivative);
  const HeapUseScope use(meter_.clock, HeapUse::network);
  costs().network_jvps += static_cast<double>(samples());
  costs().flops += 4.0 * static_cast<double>(samples()) * static_cast<double>(problem_.network->parameters());
  Matrix out;
  at.jvp(direction, out);
  return out;
}

Vector Evaluation::gradient() { return network_vjp(physics_vjp(loss_gradient())); }

}  // namespace physgrad
