#include "physgrad/update/joint_jacobian.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "physgrad/linalg/block_lower.hpp"

namespace physgrad {

JointJacobian::JointJacobian(Evaluation& at, Through through)
    : at_(at),
      physics_(through == Through::network_and_physics),
      factored_(at.problem().network->blocks(), at.samples(), outputs(),
                [this](Index first, Index count, std::vector<Factor>& out) { give_factors(first, count, out); }) {
  use_threads(at.threads());
}

JointJacobian::JointJacobian(Evaluation& at, Matrix seeds)
    : at_(at),
      physics_(true),
      seeds_(std::move(seeds)),
      factored_(at.problem().network->blocks(), at.samples(), 1,
                [this](Index first, Index count, std::vector<Factor>& out) { give_factors(first, count, out); }) {
  const Index controls = at.problem().simulator->controls();
  if (seeds_->rows() != controls || seeds_->cols() != at.samples())
    throw std::invalid_argument(fmt::format("joint Jacobian: expected seeds [{} x {}], got [{} x {}]", controls,
                                            at.samples(), seeds_->rows(), seeds_->cols()));
  use_threads(at.threads());
}

void JointJacobian::give_factors(Index first, Index count, std::vector<Factor>& out) {
  Tape& network = at_.network();
  if (physics_) {
    const Matrix& adjoints = this->adjoints();
    const PhaseScope scope(at_.clock(), Phase::derivative);
    const HeapUseScope use(at_.clock(), HeapUse::network);
    network.factors(adjoints.middleCols(first, count), first, outputs(), out);
  } else {
    const PhaseScope scope(at_.clock(), Phase::derivative);
    const HeapUseScope use(at_.clock(), HeapUse::network);
    Matrix seeds = Matrix::Zero(outputs(), count);
    for (Index r = 0; r < count; ++r) seeds((first + r) % outputs(), r) = 1.0;
    network.factors(seeds, first, outputs(), out);
  }
  at_.count_network_vjps(count);
}

void JointJacobian::prepare() {
  if (!has_structured_gram()) return;
  const PhaseScope scope(at_.clock(), Phase::derivative);
  const HeapUseScope use(at_.clock(), HeapUse::network);
  factored_.prepare();
}

const Matrix& JointJacobian::coupled_dense() {
  if (coupled_) return *coupled_;
  const Index dy = outputs();
  Matrix seed = Matrix::Zero(at_.problem().simulator->controls(), at_.samples());
  Vector row;
  {
    const HeapUseScope use(at_.clock(), HeapUse::jacobian);
    coupled_.emplace(rows(), cols());
  }
  for (Index r = 0; r < rows(); ++r) {
    if (physics_)
      seed.col(r / dy) = adjoints().col(r);
    else
      seed(r % dy, r / dy) = 1.0;
    at_.network_vjp(seed, row);
    coupled_->row(r) = row.transpose();
    seed.col(r / dy).setZero();
  }
  return *coupled_;
}

DenseJacobian JointJacobian::coupled() {
  DenseJacobian result(coupled_dense());
  result.use_threads(threads());
  return result;
}

const Matrix& JointJacobian::dense() {
  if (!has_structured_gram()) return coupled_dense();
  if (factored_.has_dense()) return factored_.dense();
  prepare();
  const PhaseScope scope(at_.clock(), Phase::derivative);
  const HeapUseScope use(at_.clock(), HeapUse::jacobian);
  at_.costs().flops += static_cast<double>(rows()) * static_cast<double>(cols());
  return factored_.dense();
}

Matrix JointJacobian::padded_gram(Index multiple) {
  if (!has_structured_gram()) return coupled().padded_gram(multiple);
  prepare();
  at_.costs().flops += factored_.gram_operations();
  const PhaseScope scope(at_.clock(), Phase::linear_algebra);
  const HeapUseScope use(at_.clock(), HeapUse::jacobian);
  return factored_.padded_gram(multiple);
}

void JointJacobian::gram_lower(BlockLower& out) {
  if (!has_structured_gram()) return coupled().gram_lower(out);
  prepare();
  at_.costs().flops += factored_.gram_operations();
  const PhaseScope scope(at_.clock(), Phase::linear_algebra);
  factored_.gram_lower(out);
}

double JointJacobian::squared_norm() {
  if (!has_structured_gram()) return coupled_dense().squaredNorm();
  prepare();
  return factored_.squared_norm();
}

Vector JointJacobian::times(const Vector& v) {
  const Matrix dx = at_.network_jvp(v);
  if (!physics_) return dx.reshaped();
  if (!has_adjoints()) return at_.physics_jvp(dx).reshaped();
  // With the control Jacobians at hand a product per sample replaces a pass through the simulator's tangent.
  const Matrix& adjoints = this->adjoints();
  const Index dy = outputs();
  Vector result(rows());
  for (Index i = 0; i < at_.samples(); ++i)
    result.segment(i * dy, dy).noalias() = adjoints.middleCols(i * dy, dy).transpose() * dx.col(i);
  return result;
}

Vector JointJacobian::transpose_times(const Vector& w) {
  const Index dy = outputs();
  Vector result;
  if (!physics_) {
    at_.network_vjp(w.reshaped(dy, at_.samples()), result);
    return result;
  }
  if (!has_adjoints()) {
    at_.network_vjp(at_.physics_vjp(w.reshaped(dy, at_.samples())), result);
    return result;
  }
  const Matrix& adjoints = this->adjoints();
  Matrix seed(adjoints.rows(), at_.samples());
  for (Index i = 0; i < at_.samples(); ++i)
    seed.col(i).noalias() = adjoints.middleCols(i * dy, dy) * w.segment(i * dy, dy);
  at_.network_vjp(seed, result);
  return result;
}

Matrix JointJacobian::times_many(const Matrix& v) {
  if (!has_structured_gram()) return coupled().times_many(v);
  prepare();
  at_.costs().flops += static_cast<double>(v.cols()) * factored_.product_operations();
  const PhaseScope scope(at_.clock(), Phase::linear_algebra);
  return factored_.times_many(v);
}

Matrix JointJacobian::transpose_times_many(const Matrix& w) {
  if (!has_structured_gram()) return coupled().transpose_times_many(w);
  prepare();
  at_.costs().flops += static_cast<double>(w.cols()) * factored_.product_operations();
  const PhaseScope scope(at_.clock(), Phase::linear_algebra);
  return factored_.transpose_times_many(w);
}

}  // namespace physgrad
