// What `auto` means: the one table of crossovers, from a first measurement on one loaded core (AVX2).
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "linalg/kernels.hpp"

namespace physgrad::kernels {
namespace {

// The Gram form's error is a small multiple of eps / tau^2: 4e-8 at tau 1e-5 and 2e-7 to 1e-6 at tau 1e-6 on Jacobians
// of networks. The prediction is the lower end, because the kernel checks its own error afterwards and a failed attempt
// costs a tenth of the kernel that takes over.
constexpr double kGramErrorFactor = 1e-3;

// Rank from which tridiagonalisation and contour beat an eigendecomposition of the Gram matrix: 0.17 against 0.25 ms at
// 48 rows, 0.44 against 0.24 ms at 64, 1.5 against 0.9 ms at 128, 44 against 14 ms at 512.
constexpr Index kStructuredFrom = 64;

}  // namespace

Choice choose_kernel(const JacobianOperator& jacobian, const PartialInverseOptions& options) {
  const Index rank = std::min(jacobian.rows(), jacobian.cols());
  const double epsilon = std::numeric_limits<double>::epsilon();
  const double tau = std::max(options.tau, epsilon);
  const double gram_error = kGramErrorFactor * epsilon / (tau * tau) + 10 * epsilon;
  if (gram_error > options.accuracy) {
    return {"qr-svd", fmt::format("gram form predicted to err by {:.1e}, asked {:.1e}", gram_error, options.accuracy)};
  }
  return {rank < kStructuredFrom ? "gram" : "structured",
          fmt::format("rank at most {}, gram form predicted to err by {:.1e}", rank, gram_error)};
}

}  // namespace physgrad::kernels
