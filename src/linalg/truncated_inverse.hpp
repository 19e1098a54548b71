#pragma once
// The pseudo-inverse of a Jacobian by its largest singular values alone.
#include "physgrad/linalg/partial_inverse.hpp"

namespace physgrad {

/// J^+ g, g [rows], with the singular values above options.tau times the largest, of them the `most` largest: kernel
/// `gram`, whose squares lose singular values below about 1e-8 of the largest. The answer is checked as
/// partial_inverse() does; nobody takes over from it. options.kappa, accuracy, kernel, precision and memory are not
/// asked. Throws std::invalid_argument for a g of the wrong length, a tau outside [0, 1) and a `most` below 1. A
/// non-finite J or g gives a non-finite direction.
[[nodiscard]] PartialInverseResult truncated_inverse(JacobianOperator& jacobian, const Vector& g,
                                                     const PartialInverseOptions& options, Index most);

}  // namespace physgrad
