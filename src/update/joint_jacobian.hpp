#pragma once
// The joint Jacobian J = dy/dtheta of a batch as an operator: dense, structured Gram matrix, or products only.
#include <optional>
#include <vector>

#include "physgrad/linalg/jacobian_operator.hpp"
#include "physgrad/update/evaluation.hpp"

namespace physgrad {

/// Of which map: P(f(theta)) or the network f alone, whose "outputs" are then the dx controls.
enum class Through { network_and_physics, network };

/// Bytes of the tiles through which the Gram matrix of this order, with `outputs` rows a sample, is filled.
[[nodiscard]] double gram_tile_bytes(Index order, Index outputs);

/// J [(dy*B) x n], rows sample-major: output p of sample i in row i*dy + p.
/// Row (i, p) restricted to layer l is the outer product of the sensitivity d_l(i,p) and the layer's input a_l(i), then
/// d_l(i,p) itself for the biases. Hence, without forming J,
///   (J J^T)[(i,p),(j,q)] = sum_l (d_l(i,p) . d_l(j,q)) (a_l(i) . a_l(j) + 1).
class JointJacobian final : public JacobianOperator {
 public:
  /// The evaluation must outlive the operator.
  explicit JointJacobian(Evaluation& at, Through through = Through::network_and_physics)
      : at_(at), physics_(through == Through::network_and_physics) {}
  [[nodiscard]] Index rows() const override { return outputs() * at_.samples(); }
  [[nodiscard]] Index cols() const override { return at_.problem().network.parameters(); }
  const Matrix& dense() override;
  Matrix gram() override;
  Matrix padded_gram(Index multiple) override;
  /// Forgets the sensitivities afterwards: this is for matrices whose size leaves no room for them.
  void gram_lower(BlockLower& out) override;
  Vector times(const Vector& v) override;
  Vector transpose_times(const Vector& w) override;
  [[nodiscard]] bool has_structured_gram() const override { return true; }
  /// |J|_F^2, the trace of J J^T.
  [[nodiscard]] double squared_norm();

 private:
  /// dy, of one sample.
  [[nodiscard]] Index outputs() const {
    return physics_ ? at_.problem().simulator->outputs() : at_.problem().simulator->controls();
  }
  /// d_l of every layer, [width x rows].
  const std::vector<Matrix>& sensitivities();
  void count_gram();
  /// The block of K that starts at (row, column), as large as `tile`.
  void fill_tile(Index row, Index column, Eigen::Ref<Matrix> tile);

  Evaluation& at_;
  bool physics_;
  std::optional<std::vector<Matrix>> sensitivities_;
  std::optional<Matrix> dense_;
  void forget_tiles();

  Matrix part_, inputs_, factors_;  // scratch of fill_tile
};

}  // namespace physgrad
