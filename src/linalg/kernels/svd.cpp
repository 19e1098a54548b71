// Kernel `svd`, the reference: J = U S V^T in double precision, by divide and conquer (Gu & Eisenstat 1995) wherever
// that holds, then J^{-kappa} g = V S^{-kappa} U^T g with singular values s <= tau s_max dropped.
#include "physgrad/linalg/check_answer.hpp"
#include "physgrad/linalg/kernel_entry.hpp"
#include "physgrad/linalg/shared_products.hpp"
#include "physgrad/linalg/svd_inverse.hpp"
#include "physgrad/linalg/svd_single.hpp"

namespace physgrad::kernels {
namespace {

PartialInverseResult svd(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  const Matrix& j = jacobian.dense();
  if (!j.allFinite()) return not_a_number(jacobian.cols());
  const Index rank = std::min(j.rows(), j.cols());
  const BackendThreads scope(options.chosen_backend(), library_threads(rank, kThreadedSvdFrom, options.threads));
  return partial_inverse_of(thin_svd(j, options.chosen_backend()), {j.rows(), j.cols()}, g, 0.0, options);
}

// J, and what its decomposition holds.
double bytes(const JacobianSize& size, const PartialInverseOptions& options) {
  return 8 * size.matrix() + options.chosen_backend().svd_bytes(size.rows, size.cols);
}

// Golub & Van Loan 2013, figure 8.6.1.
double operations(const JacobianSize& size, Index /*iterations*/) { return 14 * size.product() + 8 * size.cube(); }

}  // namespace

// In double precision qr-svd is faster at every size; in single precision only on a long side.
extern const KernelEntry svd_entry{.name = "svd",
                                   .order = 0,
                                   .run = svd,
                                   .run_single = svd_single,
                                   .bytes = bytes,
                                   .operations = operations,
                                   .single_from_ratio = 1,
                                   .single_reason = "J is nearly square",
                                   .singular_values = true};

}  // namespace physgrad::kernels
