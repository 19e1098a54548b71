#pragma once
// The inverse of a Kronecker product of two symmetric positive definite matrices, applied to a matrix.
#include "physgrad/linalg/backend.hpp"

namespace physgrad {

/// x := left^-1 x right^-1 for symmetric left [p x p], right [q x q] and x [p x q], by Cholesky factors, which take the
/// memory of left and right. False, with x unspecified, where one of them is not positive definite in double precision.
[[nodiscard]] bool kronecker_solve(Matrix& left, Matrix& right, Matrix& x);

}  // namespace physgrad
