#pragma once
// Internal to linalg: whether a kernel's answer can be believed.
#include "physgrad/linalg/partial_inverse.hpp"

namespace physgrad::kernels {

/// The answer for a Jacobian with non-finite entries: a NaN direction and a NaN error estimate.
[[nodiscard]] PartialInverseResult not_a_number(Index cols);

/// Says in result.failure what is wrong with an answer, if anything is, and then makes its estimate infinite. A
/// non-finite direction of a non-finite J is none of its faults.
void check_answer(JacobianOperator& jacobian, const Vector& g, PartialInverseResult& result);

/// (J^T g) . J^{-kappa} g by singular values and the coefficients of g along their left vectors.
[[nodiscard]] double slope_of(const Vector& values, const Vector& coefficients, Index kept, double kappa);

}  // namespace physgrad::kernels
