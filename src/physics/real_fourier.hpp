#pragma once
// The real discrete Fourier transform on N equally spaced points as dense matrices: batches become matrix products,
// which at the sizes of this suite is as fast as a fast transform and has a trivial adjoint.
#include "physgrad/core/types.hpp"

namespace physgrad {

struct RealFourier {
  Matrix analysis;   ///< [2K x N], K = N/2 + 1: rows k: sum_n u_n cos(2 pi k n / N), rows K + k: the same with sin
  Matrix synthesis;  ///< [N x 2K]: its inverse

  explicit RealFourier(Index points);
  [[nodiscard]] Index modes() const { return analysis.rows() / 2; }
  /// [N x N]: mode k times gain[k].
  [[nodiscard]] Matrix even_filter(const Vector& gain) const;
  /// [N x N]: coefficient of exp(i k x) times i gain[k], e.g. the derivative for gain = wave number. The highest mode
  /// of an even N has no counterpart there and is dropped.
  [[nodiscard]] Matrix odd_filter(const Vector& gain) const;
};

}  // namespace physgrad
