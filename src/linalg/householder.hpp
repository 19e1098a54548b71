#pragma once
// Internal to linalg: one Householder reflector.
#include <cmath>

#include "physgrad/core/types.hpp"

namespace physgrad {

struct Reflector {
  double scale;  ///< 1 - scale v v^T is orthogonal; 0 for the identity
  double beta;   ///< the first entry of the reflected vector, whose others are zero
};

/// Turns x into v, v_0 = 1, with (1 - scale v v^T) x = beta e_1. A tail whose squares underflow counts as zero.
inline Reflector make_reflector(Eigen::Ref<Vector> x) {
  constexpr double kTiny = 1e-290;
  const double head = x[0];
  const double rest = x.tail(x.size() - 1).squaredNorm();
  x[0] = 1;
  if (!(rest > kTiny)) {
    x.tail(x.size() - 1).setZero();
    return {0, head};
  }
  const double beta = -std::copysign(std::sqrt(head * head + rest), head);
  x.tail(x.size() - 1) *= 1 / (head - beta);
  return {(beta - head) / beta, beta};
}

}  // namespace physgrad
