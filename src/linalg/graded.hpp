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
//
// What the first level knows to lie well below the cut, Q3, is left as it is: its images A Q3 are not formed. What is
// kept is rotated into it likewise, by Theta = S^{-2} V^T A Q3 after the other levels have found V and S, so that a
// product of vectors with A Q3 Q3^T A^T corrects both sides.
#include <functional>
#include <utility>
#include <vector>

#include "physgrad/linalg/symmetric_eigen.hpp"

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
  /// What may be left of the rotation between what is kept and what lies well below the cut, which the correction
  /// above leaves to second order in their ratio.
  double unresolved = 0;
  int threads = 1;
};

class GradedSvd {
 public:
  /// `gram` = A^T A [k x k] in the leading rows and columns, k the `order`, padded with zeros to the next multiple of
  /// kPaddedTo. The back end must outlive it.
  GradedSvd(TallOperator a, Matrix gram, Index order, const Grading& grading, const Backend& backend);

  /// False where an eigendecomposition failed.
  [[nodiscard]] bool valid() const { return valid_; }

  /// What a level resolved: the eigenvalues of its Gram matrix, descending. What the first level left below the cut
  /// follows the levels as one of its own, of which nothing is kept.
  struct Spectrum {
    Vector eigenvalues;
    Index kept;       ///< how many exceed the cut
    double rotation;  ///< predicted |Theta| into the next level, 0 at the last
  };
  [[nodiscard]] std::vector<Spectrum> spectra() const;
  [[nodiscard]] std::size_t levels() const { return levels_.size(); }

  /// A f(A^T A) c, f(lambda) = lambda^exponent above the cut, else 0 [c: k, result: n]. `coefficients` receives c in
  /// the basis of the right singular vectors, level by level.
  [[nodiscard]] Vector apply(const Vector& c, double exponent, std::vector<Vector>& coefficients) const;
  /// f(A^T A) A^T g [g: n, result: k]; `coefficients` receives g in the basis of the left singular vectors.
  [[nodiscard]] Vector apply_transposed(const Vector& g, double exponent, std::vector<Vector>& coefficients) const;

 private:
  struct Level {
    Level(Matrix gram, Index order, const Backend& backend, int threads)
        : basis(std::move(gram), order, backend, threads) {}
    SymmetricEigen basis;  ///< of the Gram matrix; Q1 is made where blocks of vectors need it
    Matrix turned;         ///< Q1 [k_l x k1] where its rotation was corrected, else empty
    Matrix small;          ///< Q2 [k_l x k2], empty at the last level
    Vector eigenvalues;    ///< of Q1, descending
    Vector below;          ///< eigenvalues of Q3, which is the last part of the basis; of the first level only
    Index kept = 0;
    double rotation = 0;
    Matrix next;  ///< A_l Q2 [n x k2], the next level's A
  };

  [[nodiscard]] bool split(Matrix gram, Index order, const Grading& grading);
  void form_next();
  [[nodiscard]] Matrix large_times(const Level& level, const Matrix& c) const;             // Q1 c
  [[nodiscard]] Matrix large_transposed_times(const Level& level, const Matrix& y) const;  // Q1^T y
  [[nodiscard]] Vector below_times(const Vector& c) const;                                 // Q3 c
  [[nodiscard]] Vector below_transposed_times(const Vector& y) const;                      // Q3^T y
  [[nodiscard]] Matrix product(std::size_t level, const Matrix& x) const;
  void subtract_product(std::size_t level, const Matrix& x, Matrix& y) const;
  [[nodiscard]] Matrix transposed_product(std::size_t level, const Matrix& y) const;
  [[nodiscard]] Matrix rotation(std::size_t level, const Matrix& y) const;
  [[nodiscard]] Vector projection(std::size_t level, const Vector& y) const;

  // What passes through the levels of one application: vectors in the images' space [n], empty where nothing lies
  // below.
  struct Pass {
    double exponent;
    std::vector<Vector>& coefficients;
    Vector from_below;  // A Q3 of what acts on the levels' coefficients through the rotation
    Vector inverse;     // sum of V S^{-2} of what the levels keep: through it they act on Q3
  };
  [[nodiscard]] Vector kept_rotation(std::size_t level, const Vector& y) const;
  void add_inverse(std::size_t level, const Vector& large, Pass& pass) const;
  [[nodiscard]] Vector apply_from(std::size_t level, const Vector& c, Pass& pass) const;
  [[nodiscard]] Vector apply_transposed_from(std::size_t level, const Vector& g, Pass& pass) const;

  TallOperator a_;
  const Backend& backend_;
  int threads_;
  std::vector<Level> levels_;
  double threshold_ = 0;  ///< of the eigenvalues
  bool valid_ = true;
};

}  // namespace physgrad
