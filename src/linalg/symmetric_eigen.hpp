#pragma once
// Internal to linalg: the eigendecomposition of a Gram matrix, whose eigenvectors are formed where somebody needs them.
#include "physgrad/linalg/backend.hpp"
#include "physgrad/linalg/one_stage.hpp"

namespace physgrad {

/// A = Q diag(values) Q^T with values descending, by A = H T H^T (one_stage.hpp) and the eigenvectors W of T, which are
/// the back end's: Q = H W. Products with Q take H as it is, reflectors in blocks.
class SymmetricEigen {
 public:
  /// Of the leading `order` rows and columns of `padded`, in its memory: its own order is the next multiple of
  /// kPaddedTo, zeros fill it. Positive semidefinite but for round-off and finite; only the lower triangle is read. The
  /// back end must outlive this.
  SymmetricEigen(Matrix padded, Index order, const Backend& backend, int threads = 1);

  /// False where no method converged.
  [[nodiscard]] bool valid() const { return valid_; }
  [[nodiscard]] const Vector& values() const { return values_; }
  /// Eigenvectors first .. first + count - 1 [n x count].
  [[nodiscard]] Matrix vectors(Index first, Index count) const;
  /// Those from `first` on, as many as c has rows, times c: [n x k].
  [[nodiscard]] Matrix times(Index first, const Matrix& c) const;
  /// Their transpose, first .. first + count - 1, times y [n x k]: [count x k].
  [[nodiscard]] Matrix transposed_times(Index first, Index count, Matrix y) const;

 private:
  void apply_q(bool transposed, Matrix& x) const;
  void apply_groups(bool transposed, MatrixBlock x) const;

  const Backend& backend_;
  int threads_;
  TridiagonalForm form_;
  Vector values_;
  Matrix w_;
  bool valid_;
};

}  // namespace physgrad
