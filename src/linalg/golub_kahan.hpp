#pragma once
// Internal to linalg: bidiagonalisation by products with J and J^T alone (Golub & Kahan 1965), with full
// reorthogonalisation:
//   J V_k = U_{k+1} B_k,   J^T U_{k+1} = V_k B_k^T + alpha_{k+1} v_{k+1} e_{k+1}^T
// with B_k lower bidiagonal and U_{k+1} starting at the given vector.
#include <algorithm>
#include <vector>

#include "physgrad/linalg/jacobian_operator.hpp"

namespace physgrad {

/// Columns in panels, so that one more neither copies nor reserves more than a panel.
class PanelBasis {
 public:
  static constexpr Index kWidth = 8;

  explicit PanelBasis(Index rows) : rows_(rows) {}
  [[nodiscard]] Index rows() const { return rows_; }
  [[nodiscard]] Index columns() const { return columns_; }
  [[nodiscard]] auto last() const { return panels_.back().col((columns_ - 1) % kWidth); }
  void append(const Vector& x);
  /// Takes from x, twice, what lies in the span.
  void orthogonalise(Vector& x) const;
  /// Q y.
  [[nodiscard]] Vector times(const Vector& y) const;

 private:
  [[nodiscard]] auto used(std::size_t panel) const {
    return panels_[panel].leftCols(std::min(kWidth, columns_ - static_cast<Index>(panel) * kWidth));
  }

  Index rows_, columns_ = 0;
  std::vector<Matrix> panels_;
};

class GolubKahan {
 public:
  /// `start` [rows] is not zero and finite; J is divided by `scale`.
  GolubKahan(JacobianOperator& jacobian, const Vector& start, double scale);

  /// Adds a column; false where the subspaces are invariant already or a product was not finite.
  bool extend();

  [[nodiscard]] Index columns() const { return right_.columns(); }
  /// B_k [k + 1 x k], or [k x k] where the last left vector vanished.
  [[nodiscard]] Matrix bidiagonal() const;
  /// alpha_{k+1}; 0 where the subspaces are invariant.
  [[nodiscard]] double coupling() const { return next_alpha_; }
  [[nodiscard]] bool invariant() const { return next_alpha_ == 0; }
  [[nodiscard]] bool finite() const { return finite_; }
  /// V_k y.
  [[nodiscard]] Vector right(const Vector& y) const { return right_.times(y); }

 private:
  void next_right();
  [[nodiscard]] bool negligible(double norm);

  JacobianOperator& jacobian_;
  double scale_;
  PanelBasis left_, right_;
  std::vector<double> alpha_, beta_;  ///< diagonal and subdiagonal of B
  Vector next_;                       ///< v_{k+1}
  double next_alpha_ = 0;
  double norm_ = 0;  ///< a lower bound of |J|
  bool finite_ = true;
};

}  // namespace physgrad
