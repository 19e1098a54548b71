// In place of src/linalg in physgrad-fuzz: names for the settings, and nothing that a reader could call.
#include <stdexcept>

#include "physgrad/linalg/damped_solve.hpp"
#include "physgrad/linalg/partial_inverse.hpp"
#include "physgrad/linalg/symmetric.hpp"
#include "physgrad/linalg/symmetric_eigen.hpp"

namespace physgrad {
namespace {
[[noreturn]] void no_step() { throw std::logic_error("physgrad-fuzz takes no steps"); }
}  // namespace

void JacobianOperator::gram_lower(BlockLower&) { no_step(); }
Matrix JacobianOperator::padded_gram(Index) { no_step(); }
Matrix padded_square(Index, Index) { no_step(); }
Matrix JacobianOperator::times_many(const Matrix&) { no_step(); }
Matrix JacobianOperator::transpose_times_many(const Matrix&) { no_step(); }
DampedSolution damped_solve(JacobianOperator&, const Vector&, double) { no_step(); }
std::vector<std::string> partial_inverse_kernels() { return {"svd", "qr-svd", "krylov"}; }
PartialInverseResult partial_inverse(JacobianOperator&, const Vector&, const PartialInverseOptions&) { no_step(); }
std::string expected_kernel(const PartialInverseOptions&, Index, Index, bool) { no_step(); }
bool uses_half_storage(const std::string&, Index, Index) { no_step(); }
double least_krylov_bytes(Index, Index) { no_step(); }
double partial_inverse_bytes(const std::string&, Index, Index, bool) { no_step(); }
Vector small_partial_inverse(const Matrix&, const Vector&, double, double) { no_step(); }
Vector saddle_free_solve(const Matrix&, const Vector&, double) { no_step(); }
bool symmetric_eigen(Matrix&, Vector&) { no_step(); }

}  // namespace physgrad
