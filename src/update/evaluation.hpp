#pragma once
// Everything a method may want to know of one batch at one theta, computed on first use and billed to its phase.
#include <memory>

#include "physgrad/core/problem.hpp"
#include "physgrad/measure/meter.hpp"

namespace physgrad {

/// `single` rounds controls, states, gradients and Jacobians to single precision wherever one part hands over to the
/// next; inside the parts double precision goes on.
enum class Rounding { none, single };

/// Every entry to the nearest number of single precision.
template <class Dense>
void round_to_single(Dense& values) {
  values = values.template cast<float>().template cast<double>();
}

class Evaluation {
 public:
  /// Problem, theta, batch and meter must outlive the evaluation. `with_derivatives` says that derivatives of the
  /// simulator will be asked for, so that the first simulation already keeps its trajectory; `threads`, how many
  /// whoever works on it may take.
  Evaluation(const Problem& problem, const Vector& theta, const Batch& batch, Meter& meter, bool with_derivatives,
             Rounding rounding = Rounding::none, int threads = 1);

  /// Forgets everything but its memory: theta or the batch has changed.
  void reset();

  [[nodiscard]] const Problem& problem() const { return problem_; }
  [[nodiscard]] const Batch& batch() const { return batch_; }
  [[nodiscard]] Meter& meter() { return meter_; }
  [[nodiscard]] PhaseClock& clock() { return meter_.clock; }
  /// Where whoever works on this batch counts what no clock sees. What goes through this class counts itself.
  [[nodiscard]] Costs& costs() { return meter_.costs; }
  /// Counts passes through the network, or products with its Jacobian, of one sample each.
  void count_network_passes(Index samples);
  void count_network_vjps(Index products);
  [[nodiscard]] Index samples() const { return batch_.size(); }
  [[nodiscard]] Index rows() const { return problem_.simulator->outputs() * samples(); }

  Tape& network();
  const Matrix& control();  ///< x [dx x B]
  const Matrix& state();    ///< y [dy x B]
  const Linearization& simulator();
  double loss();
  const Matrix& loss_gradient();  ///< g = dL/dy [dy x B]
  /// The rows of the per-sample Jacobians J_P,i as columns: [dx x (dy*B)], column i*dy + p = J_{P,i}^T e_p.
  const Matrix& control_adjoints();
  /// True where control_adjoints() has been computed.
  [[nodiscard]] bool has_control_adjoints() const { return has_adjoints_; }
  [[nodiscard]] const Vector& theta() const { return theta_; }
  [[nodiscard]] int threads() const { return threads_; }
  /// The share of the training's budget, of steps or of seconds, that is used before this update; 0 without a budget.
  [[nodiscard]] double progress() const { return progress_; }
  void set_progress(double progress) { progress_ = progress; }
  [[nodiscard]] Rounding rounding() const { return single_ ? Rounding::single : Rounding::none; }

  void physics_vjp(const Matrix& seed, Matrix& out);  ///< J_P^T w: [dy x B] -> [dx x B]
  Matrix physics_vjp(const Matrix& seed);
  Matrix physics_jvp(const Matrix& direction);        ///< J_P v: [dx x B] -> [dy x B]
  void network_vjp(const Matrix& seed, Vector& out);  ///< J_f^T: [dx x B] -> [n]
  Vector network_vjp(const Matrix& seed);
  Matrix network_jvp(const Vector& direction);  ///< J_f: [n] -> [dx x B]
  /// dL/dtheta [n].
  Vector gradient();

 private:
  const Problem& problem_;
  const Vector& theta_;
  const Batch& batch_;
  Meter& meter_;
  bool with_derivatives_, single_;
  int threads_;
  double progress_ = 0;
  // Each with a flag that says whether it belongs to the present theta and batch.
  bool has_network_ = false, has_simulator_ = false, has_state_ = false, has_gradient_ = false, has_adjoints_ = false;
  std::unique_ptr<Tape> network_;
  LinearizationPtr simulator_;
  Matrix control_, state_, loss_gradient_, control_adjoints_;  // control_: rounded, where it is
};

}  // namespace physgrad
