#pragma once
// Matrices with prescribed singular values, and a reference partial inverse in extended precision.
#include <random>
#include <string>
#include <vector>

#include "physgrad/linalg/partial_inverse.hpp"

namespace physgrad::testing {

/// [rows x cols] with orthonormal columns, rows >= cols.
Matrix random_orthonormal(Index rows, Index cols, std::mt19937_64& engine);
/// U diag(values) V^T with random U, V; values has min(rows, cols) entries.
Matrix with_singular_values(Index rows, Index cols, const Vector& values, std::mt19937_64& engine);
/// `count` values from 1 down to 10^-decades, equally spaced in the logarithm.
Vector decaying(Index count, double decades);
Vector random_vector(Index size, std::mt19937_64& engine);

/// V S^{-kappa} U^T g by Jacobi rotations in long double, truncated at the threshold partial_inverse() documents.
Vector reference_partial_inverse(const Matrix& jacobian, const Vector& g, double kappa, double tau);

/// The same, and with the other decision where a singular value lies on the threshold to extended round-off.
std::vector<Vector> reference_partial_inverses(const Matrix& jacobian, const Vector& g, double kappa, double tau);

/// partial_inverse() of an explicit matrix.
PartialInverseResult run_kernel(const Matrix& jacobian, const Vector& g, const PartialInverseOptions& options);

/// |actual - expected| / |expected|, and |actual| where expected is zero.
double relative_difference(const Vector& actual, const Vector& expected);

}  // namespace physgrad::testing
