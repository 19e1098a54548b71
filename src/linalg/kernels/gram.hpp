#pragma once
// Internal to linalg: kernel `gram` with a bound on how many singular values are kept.
#include "physgrad/linalg/partial_inverse.hpp"

namespace physgrad::kernels {

/// Of the singular values that options.tau keeps the `most` largest, at least one.
[[nodiscard]] PartialInverseResult gram_inverse(JacobianOperator& jacobian, const Vector& g,
                                                const PartialInverseOptions& options, Index most);

}  // namespace physgrad::kernels
