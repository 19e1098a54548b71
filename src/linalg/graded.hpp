#pragma once
// Internal to linalg: the singular values and vectors of a tall operator whose spectrum covers many decades, level by
// level from Gram matrices.
//
// The Gram matrix A^T A resolves the singular values within about three decades of its largest. The eigenvectors Q2 of
// the rest span their subspace up to a rotation Theta into the large part, |Theta| about eps s_max^2 / s^2; N = A Q2,
// formed with A itself, therefore knows them to eps s_max / s, and its own Gram matrix resolves the next three decades.
// The rotation shows in N as components along the large left vectors V1 = A Q1 S1^{-1}: Theta = S1^{-1} V1^T N. To
// first order Q2 - Q1 Theta and Q1 + Q2 Theta^T are the true subspaces, and (1 - V1 V1^T) N the true image. Both are
// block steps of one-sided Jacobi iteration (Demmel & Veselic 1992) with an eigendecomposition as preconditioner.
#include <functional>
#include <vector>

#include "physgrad/linalg/backend.hpp"

namespace physgrad {

/// A [n x k], k <= n, through products with blocks of vectors.
struct TallOperator {
  std::function<Matrix(const Matrix&)> times;            ///< A X
  std::function<Matrix(const Matrix&)> transpose_times;  ///< A^T Y
};

/// How far the levels go.
struct Grading {
  double cut;    ///< singular values up to cut times the largest are dropped: they need not be resolved
  double reach;  ///< a level resolves singular values down to about reach times its largest
};

class GradedSvd {
 public:
  /// `gram` = A^T A [k x k]. The back end must outlive it.
  GradedSvd(TallOperator a, Matrix gram, const Grading& grading, const Backend& backend);

  /// False where an eigendecomposition failed.
  [[nodiscard]] bool valid() const { return valid_; }

  /// What a level resolved: the eigenvalues of its Gram matrix, descending.
  struct Spectrum {
    Vector eigenvalues;
    Index kept;       ///< how many exceed the cut
    double rotation;  ///< predicted |Theta| into the next level, 0 at the last
  };
  [[nodiscard]] std::vector<Spectrum> spectra() const;

  /// A f(A^T A) c, f(lambda) = lambda^exponent above the cut, else 0 [c: k, result: n]. `coefficients` receives c in
  /// the basis of the right singular vectors, level by level.
  [[nodiscard]] Vector apply(const Vector& c, double exponent, std::vector<Vector>& coefficients) const;
  /// f(A^T A) A^T g [g: n, result: k]; `coefficients` receives g in the basis of the left singular vectors.
  [[nodiscard]] Vector apply_transposed(const Vector& g, double exponent, std::vector<Vector>& coefficients) const;

 private:
  struct Level {
    Matrix large;        ///< Q1 [k_l x k1], values descending
    Matrix small;        ///< Q2 [k_l x k2], empty at the last level
    Vector eigenvalues;  ///< of Q1
    Index kept = 0;
    double rotation = 0;
    Matrix next;  ///< A_l Q2 [n x k2], the next level's A
  };

  [[nodiscard]] bool split(Matrix gram, const Grading& grading);
  void form_next();
  [[nodiscard]] Matrix product(std::size_t level, const Matrix& x) const;
  [[nodiscard]] Matrix transposed_product(std::size_t level, const Matrix& y) const;
  [[nodiscard]] Matrix rotation(std::size_t level, const Matrix& y) const;
  [[nodiscard]] Matrix projection(std::size_t level, const Matrix& y) const;
  [[nodiscard]] Vector apply_from(std::size_t level, Vector c, double exponent,
                                  std::vector<Vector>& coefficients) const;
  [[nodiscard]] Vector apply_transposed_from(std::size_t level, const Vector& g, double exponent,
                                             std::vector<Vector>& coefficients) const;

  TallOperator a_;
  const Backend& backend_;
  std::vector<Level> levels_;
  double threshold_ = 0;  ///< of the eigenvalues
  bool valid_ = true;
};

}  // namespace physgrad
