#pragma once
// Internal to linalg: kernels `svd` and `qr-svd` in single precision.
#include "physgrad/linalg/partial_inverse.hpp"

namespace physgrad::kernels {

[[nodiscard]] PartialInverseResult svd_single(JacobianOperator& jacobian, const Vector& g,
                                              const PartialInverseOptions& options);
[[nodiscard]] PartialInverseResult qr_svd_single(JacobianOperator& jacobian, const Vector& g,
                                                 const PartialInverseOptions& options);

}  // namespace physgrad::kernels
