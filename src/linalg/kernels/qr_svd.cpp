// Kernel `qr-svd`: Householder QR of the tall side, then the SVD of the small triangular factor (Chan 1982).
//   rows > cols:  J = Q R,      J^{-kappa} g = R^{-kappa} (Q^T g)
//   else:         J = R^T Q^T,  J^{-kappa} g = Q (R^T)^{-kappa} g
// Q stays in factored form and only ever meets one vector.
#include <cmath>
#include <utility>

#include "physgrad/linalg/check_answer.hpp"
#include "physgrad/linalg/kernel_entry.hpp"
#include "physgrad/linalg/shared_products.hpp"
#include "physgrad/linalg/svd_inverse.hpp"
#include "physgrad/linalg/svd_single.hpp"

namespace physgrad::kernels {
namespace {

// Householder vectors square the entries: a power of two brings extreme scales back, exactly.
double safe_scale(double largest) {
  if (largest == 0 || (largest > 1e-100 && largest < 1e100)) return 1;
  return std::exp2(-std::ilogb(largest));
}

PartialInverseResult scaled_qr_svd(Matrix tall, bool wide, const Vector& g, const PartialInverseOptions& options) {
  const Index rank = tall.cols();
  const MatrixShape shape = wide ? MatrixShape{rank, tall.rows()} : MatrixShape{tall.rows(), rank};
  const Backend& backend = options.chosen_backend();
  const BackendThreads scope(backend, library_threads(rank, kThreadedSvdFrom, options.threads));
  Vector scales(rank);
  backend.qr(tall, scales);
  const Matrix r = tall.topRows(rank).triangularView<Eigen::Upper>();
  if (wide) {
    PartialInverseResult result = partial_inverse_of(thin_svd<double>(r.transpose(), backend), shape, g, 0.0, options);
    Vector direction = Vector::Zero(shape.cols);
    direction.head(rank) = result.direction;
    backend.apply_q(tall, scales, false, direction);
    result.direction = std::move(direction);
    return result;
  }
  Vector rotated = g;
  backend.apply_q(tall, scales, true, rotated);
  return partial_inverse_of(thin_svd(r, backend), shape, rotated.head(rank), rotated.tail(shape.rows - rank).norm(),
                            options);
}

PartialInverseResult qr_svd(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  const Matrix& j = jacobian.dense();
  if (!j.allFinite()) return not_a_number(jacobian.cols());
  const bool wide = j.rows() <= j.cols();
  const double scale = safe_scale(j.cwiseAbs().maxCoeff());
  Matrix tall = wide ? Matrix(j.transpose()) : j;
  tall *= scale;
  PartialInverseResult result = scaled_qr_svd(std::move(tall), wide, g, options);
  result.direction *= std::pow(scale, options.kappa);
  result.singular_values /= scale;
  result.singular_max /= scale;
  result.singular_min_kept /= scale;
  return result;
}

double bytes(const JacobianSize& size, const PartialInverseOptions& /*options*/) {
  // J and the tall copy, then its spare while it is factored or R, its factors and their workspace; R^T beside R.
  return 8 * (2 * size.matrix() + std::max(size.matrix(), (size.wide() ? 8 : 7) * size.square()));
}

// Golub & Van Loan 2013, figure 8.6.1 and section 8.3.
double operations(const JacobianSize& size, Index /*iterations*/) { return 6 * size.product() + 20 * size.cube(); }

}  // namespace

// As accurate as svd and faster at every size, but for one in single precision: there QR before the decomposition pays
// from this ratio of the sides on.
extern const KernelEntry qr_svd_entry{.name = "qr-svd",
                                      .order = 1,
                                      .run = qr_svd,
                                      .run_single = qr_svd_single,
                                      .bytes = bytes,
                                      .operations = operations,
                                      .pays_from = 0,
                                      .single_from_ratio = 2,
                                      .single_reason = "QR first pays on a long side",
                                      .safer = "svd",
                                      .singular_values = true};

}  // namespace physgrad::kernels
