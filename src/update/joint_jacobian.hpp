#pragma once
// The joint Jacobian J = dy/dtheta of a batch as an operator: dense, structured Gram matrix, or products only.
#include <optional>

#include "physgrad/linalg/factored_jacobian.hpp"
#include "physgrad/update/evaluation.hpp"

namespace physgrad {

/// Of which map: P(f(theta)) or the network f alone, whose "outputs" are then the dx controls.
enum class Through { network_and_physics, network };

/// J [(dy*B) x n], rows sample-major: output p of sample i in row i*dy + p. What each layer has of a row comes from the
/// network's tape, with the physics' adjoints as seeds; what is made of it is linalg's (factored_jacobian.hpp). A
/// network that couples samples has no such factors: J is then formed, a product with J^T a row. With seeds of its own
/// the rows are those of another map with one output a sample, such as its loss.
class JointJacobian final : public JacobianOperator {
 public:
  /// The evaluation must outlive the operator.
  explicit JointJacobian(Evaluation& at, Through through = Through::network_and_physics);
  /// Row i is J_f,i^T seeds.col(i), seeds [dx x B]: the Jacobian of one number a sample, whose gradient in x they are.
  JointJacobian(Evaluation& at, Matrix seeds);
  JointJacobian(const JointJacobian&) = delete;
  JointJacobian& operator=(const JointJacobian&) = delete;

  [[nodiscard]] Index rows() const override { return outputs() * at_.samples(); }
  [[nodiscard]] Index cols() const override { return at_.problem().network->parameters(); }
  const Matrix& dense() override;
  Matrix gram() override { return padded_gram(1); }
  Matrix padded_gram(Index multiple) override;
  void gram_lower(BlockLower& out) override;
  void prepare() override;
  void forget() override { factored_.forget(); }
  Vector times(const Vector& v) override;
  Vector transpose_times(const Vector& w) override;
  Matrix times_many(const Matrix& v) override;
  Matrix transpose_times_many(const Matrix& w) override;
  [[nodiscard]] bool has_structured_gram() const override { return at_.problem().network->per_sample(); }
  void use_threads(int threads) override {
    JacobianOperator::use_threads(threads);
    factored_.use_threads(threads);
  }
  /// |J|_F^2, the trace of J J^T.
  [[nodiscard]] double squared_norm();

 private:
  /// Rows of one sample: dy, dx of the network alone, one where seeds are given.
  [[nodiscard]] Index outputs() const {
    if (seeds_) return 1;
    return physics_ ? at_.problem().simulator->outputs() : at_.problem().simulator->controls();
  }
  /// What the network is seeded with for every row, [dx x rows]; not for the network alone.
  [[nodiscard]] const Matrix& adjoints() { return seeds_ ? *seeds_ : at_.control_adjoints(); }
  [[nodiscard]] bool has_adjoints() const { return seeds_ || at_.has_control_adjoints(); }
  void give_factors(Index first, Index count, std::vector<Factor>& out);
  const Matrix& coupled_dense();
  DenseJacobian coupled();

  Evaluation& at_;
  bool physics_;
  std::optional<Matrix> seeds_;
  FactoredJacobian factored_;
  std::optional<Matrix> coupled_;  // J, where samples are coupled
};

}  // namespace physgrad
