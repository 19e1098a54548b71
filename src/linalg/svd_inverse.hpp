#pragma once
// Internal to linalg: the partial inverse once a singular value decomposition is at hand.
#include "physgrad/linalg/partial_inverse.hpp"
#include "physgrad/linalg/thin_svd.hpp"

namespace physgrad {

/// The shape of the Jacobian an SVD belongs to, where a factor of it was decomposed.
struct MatrixShape {
  Index rows;
  Index cols;
};

/// V S^{-kappa} U^T g with every diagnostic; `outside` is the norm of what a previous reduction already removed from g.
[[nodiscard]] PartialInverseResult partial_inverse_of(const ThinSvd& svd, MatrixShape shape, const Vector& g,
                                                      double outside, const PartialInverseOptions& options);

}  // namespace physgrad
