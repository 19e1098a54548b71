// In place of most of src/linalg in physgrad-fuzz: what the settings ask of kernels, and nothing that a reader could
// call.
#include <stdexcept>

#include "physgrad/linalg/damped_jacobian.hpp"
#include "physgrad/linalg/damped_solve.hpp"
#include "physgrad/linalg/half_cholesky.hpp"
#include "physgrad/linalg/kernel_entry.hpp"
#include "physgrad/linalg/kronecker_solve.hpp"
#include "physgrad/linalg/nystrom.hpp"
#include "physgrad/linalg/saddle_free.hpp"
#include "physgrad/linalg/small_partial_inverse.hpp"
#include "physgrad/linalg/truncated_inverse.hpp"

namespace physgrad {
namespace {
[[noreturn]] void no_step() { throw std::logic_error("physgrad-fuzz takes no steps"); }

PartialInverseResult no_run(JacobianOperator&, const Vector&, const PartialInverseOptions&) { no_step(); }
double no_bytes(const JacobianSize&, const PartialInverseOptions&) { no_step(); }
double no_operations(const JacobianSize&, Index) { no_step(); }
double no_error(const PartialInverseOptions&) { no_step(); }

// The reference and its like, and the others: what the settings ask of a kernel.
constexpr KernelEntry exact(const char* name) {
  return {.name = name, .run = no_run, .run_single = no_run, .bytes = no_bytes, .operations = no_operations};
}
constexpr KernelEntry other(const char* name) {
  return {.name = name, .run = no_run, .bytes = no_bytes, .operations = no_operations, .predicted_error = no_error};
}
}  // namespace

namespace kernels {
extern const KernelEntry svd_entry = exact("svd");
extern const KernelEntry qr_svd_entry = exact("qr-svd");
extern const KernelEntry gram_entry = other("gram");
extern const KernelEntry structured_entry = other("structured");
extern const KernelEntry two_level_entry = other("two-level");
extern const KernelEntry krylov_entry = other("krylov");
}  // namespace kernels

DampedSolution damped_solve(JacobianOperator&, const Vector&, double, const Backend&) { no_step(); }
PartialInverseResult partial_inverse(JacobianOperator&, const Vector&, const PartialInverseOptions&) { no_step(); }
std::vector<const KernelEntry*> expected_kernels(const PartialInverseOptions&, Index, Index, bool) { no_step(); }
SmallPartialInverse::SmallPartialInverse(double kappa, double tau) : kappa_(kappa), tau_(tau) { no_step(); }
void SmallPartialInverse::apply(const MatrixRef&, const MatrixRef&, Matrix&) { no_step(); }
double small_partial_inverse_bytes(Index, Index) { no_step(); }
double half_cholesky_doubles(double) { no_step(); }
Vector saddle_free_solve(const Matrix&, const Vector&, double, double) { no_step(); }
const Backend& default_backend() { no_step(); }
bool kronecker_solve(Matrix&, Matrix&, Matrix&) { no_step(); }
PartialInverseResult truncated_inverse(JacobianOperator&, const Vector&, const PartialInverseOptions&,
                                       const RankRule&) {
  no_step();
}
Index rank_at_gap(const KnownSpectrum&, double) { no_step(); }
Index rank_by_cross_validation(const KnownSpectrum&, double) { no_step(); }
PartialInverseResult damped_partial_inverse(JacobianOperator&, const Vector&, double, double,
                                            const PartialInverseOptions&) {
  no_step();
}
double damped_tau(double, double) { no_step(); }
NystromApproximation::NystromApproximation(JacobianOperator&, Index, std::uint64_t, const Backend&) { no_step(); }
Vector NystromApproximation::damped_power(double, double, double, const Vector&) const { no_step(); }
double NystromApproximation::bytes(double, double, double) { no_step(); }
Vector preconditioned_solve(JacobianOperator&, const NystromApproximation&, double, const Vector&, long) { no_step(); }

}  // namespace physgrad
