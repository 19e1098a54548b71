#include "update/joint_jacobian.hpp"

namespace physgrad {

const std::vector<Matrix>& JointJacobian::sensitivities() {
  if (sensitivities_) return *sensitivities_;
  const Index dx = at_.problem().simulator->controls();
  const Index dy = at_.problem().simulator->outputs();
  const Matrix& physics = at_.control_jacobians();
  const NetworkLinearization& network = at_.network();
  const PhaseScope scope(at_.clock(), Phase::derivative);
  Matrix seeds(dx, rows());
  for (Index i = 0; i < at_.samples(); ++i) seeds.middleCols(i * dy, dy) = physics.middleCols(i * dx, dx).transpose();
  sensitivities_ = network.sensitivities(seeds);
  return *sensitivities_;
}

const Matrix& JointJacobian::dense() {
  if (dense_) return *dense_;
  const std::vector<Matrix>& delta = sensitivities();
  const Index dy = at_.problem().simulator->outputs();
  const PhaseScope scope(at_.clock(), Phase::derivative);
  dense_.emplace(rows(), cols());
  const auto& layers = at_.problem().network.layers();
  for (std::size_t l = 0; l < layers.size(); ++l) {
    // Transposed copies make every column of J a product of two contiguous vectors.
    const Matrix sensitivity = delta[l].transpose();
    Matrix input(rows(), layers[l].inputs);
    const Matrix& values = at_.network().layer_input(l);
    for (Index i = 0; i < at_.samples(); ++i) input.middleRows(i * dy, dy).rowwise() = values.col(i).transpose();
    for (Index o = 0; o < layers[l].outputs; ++o)
      for (Index k = 0; k < layers[l].inputs; ++k)
        dense_->col(layers[l].weights + o * layers[l].inputs + k) = sensitivity.col(o).cwiseProduct(input.col(k));
    dense_->middleCols(layers[l].biases, layers[l].outputs) = sensitivity;
  }
  return *dense_;
}

Matrix JointJacobian::gram() {
  const std::vector<Matrix>& delta = sensitivities();
  const Index dy = at_.problem().simulator->outputs();
  const PhaseScope scope(at_.clock(), Phase::linear_algebra);
  Matrix total = Matrix::Zero(rows(), rows());
  Matrix part(rows(), rows());
  for (std::size_t l = 0; l < delta.size(); ++l) {
    const Matrix& values = at_.network().layer_input(l);
    const Matrix inputs = (values.transpose() * values).array() + 1.0;
    part.triangularView<Eigen::Lower>() = delta[l].transpose() * delta[l];
    for (Index j = 0; j < at_.samples(); ++j)
      for (Index i = j; i < at_.samples(); ++i)
        total.block(i * dy, j * dy, dy, dy) += inputs(i, j) * part.block(i * dy, j * dy, dy, dy);
  }
  total.triangularView<Eigen::StrictlyUpper>() = total.transpose();
  return total;
}

Vector JointJacobian::times(const Vector& v) { return at_.physics_jvp(at_.network_jvp(v)).reshaped(); }

Vector JointJacobian::transpose_times(const Vector& w) {
  const Index dx = at_.problem().simulator->controls();
  const Index dy = at_.problem().simulator->outputs();
  // With the control Jacobians at hand a product per sample replaces a pass through the simulator's adjoint.
  const Matrix& physics = at_.control_jacobians();
  Matrix seed(dx, at_.samples());
  for (Index i = 0; i < at_.samples(); ++i)
    seed.col(i).noalias() = physics.middleCols(i * dx, dx).transpose() * w.segment(i * dy, dy);
  return at_.network_vjp(seed);
}

}  // namespace physgrad
