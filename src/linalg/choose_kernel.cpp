// What `auto` means, and what a kernel needs to hold: the one table of crossovers, from a first measurement on one
// loaded core (AVX2).
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

#include "linalg/kernels.hpp"
#include "linalg/structured.hpp"

namespace physgrad {
namespace kernels {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// The Gram form's error is a small multiple of eps / tau^2: 4e-8 at tau 1e-5 and 2e-7 to 1e-6 at tau 1e-6 on Jacobians
// of networks. The prediction is the lower end, because the kernel checks its own error afterwards and a failed attempt
// costs a tenth of the kernel that takes over.
constexpr double kGramErrorFactor = 1e-3;

// `two-level` keeps what a level costs below eps over the square of its deepest reach, 1e-2.
constexpr double kTwoLevelError = 1e-11;

// Rank from which tridiagonalisation and contour beat an eigendecomposition of the Gram matrix: 0.17 against 0.25 ms at
// 48 rows, 0.44 against 0.24 ms at 64, 1.5 against 0.9 ms at 128, 44 against 14 ms at 512.
constexpr Index kStructuredFrom = 64;

// Rank from which several eigendecompositions and products beat QR and the SVD of its factor: 9.4 against 16 ms at
// 128 x 1444, 195 against 390 ms at 512 x 2956.
constexpr Index kTwoLevelFrom = 32;

// QR before the SVD pays from this ratio of the sides on.
constexpr Index kSingleQrRatio = 2;

// Dimension that `krylov` is expected to need where it is chosen for its memory.
constexpr double kKrylovDimension = 200;

double gram_prediction(double tau) {
  const double safe = std::max(tau, kEpsilon);
  return kGramErrorFactor * kEpsilon / (safe * safe) + 10 * kEpsilon;
}

// Kernels that are expected to be accurate enough, the fastest first.
std::vector<const char*> candidates(Index rank, double gram_error, double accuracy) {
  std::vector<const char*> result;
  if (gram_error <= accuracy) result.push_back(rank < kStructuredFrom ? "gram" : "structured");
  if (rank >= kTwoLevelFrom && kTwoLevelError <= accuracy) result.push_back("two-level");
  result.push_back("qr-svd");
  return result;
}

}  // namespace

Choice choose_kernel(const JacobianOperator& jacobian, const PartialInverseOptions& options) {
  const Index rank = std::min(jacobian.rows(), jacobian.cols());
  if (options.precision == "single") {
    if (std::max(jacobian.rows(), jacobian.cols()) >= kSingleQrRatio * rank) {
      return {"qr-svd", "single precision: QR first pays on a long side"};
    }
    return {"svd", "single precision: J is nearly square"};
  }
  const double error = gram_prediction(options.tau);
  const std::vector<const char*> kernels = candidates(rank, error, options.accuracy);
  for (const char* kernel : kernels) {
    const double bytes =
        partial_inverse_bytes(kernel, jacobian.rows(), jacobian.cols(), jacobian.has_structured_gram());
    if (bytes > options.memory_limit_bytes) continue;
    return {kernel, fmt::format("rank at most {}, gram form predicted to err by {:.1e}, asked {:.1e}{}", rank, error,
                                options.accuracy, kernel == kernels.front() ? "" : ", faster kernels do not fit")};
  }
  return {"krylov", fmt::format("nothing else fits into {:.3g} bytes", options.memory_limit_bytes)};
}

}  // namespace kernels

double partial_inverse_bytes(const std::string& kernel, Index rows, Index cols, bool structured) {
  const auto small = static_cast<double>(std::min(rows, cols));
  const auto large = static_cast<double>(std::max(rows, cols));
  const double matrix = small * large;
  const double square = small * small;
  // J^T J is formed from J; only J J^T has a structured form.
  const double formed = structured && rows <= cols ? 0.0 : matrix;
  double doubles = 0;
  if (kernel == "svd") {
    doubles = 4 * matrix + 4 * square;  // J, the working copy, both factors; divide and conquer
  } else if (kernel == "qr-svd") {
    doubles = 3 * matrix + 10 * square;  // J, the tall copy and its spare; R, its factors and workspace
  } else if (kernel == "gram") {
    doubles = formed + 5 * square;  // Gram matrix, its spare, divide and conquer
  } else if (kernel == "structured") {
    // The Gram matrix, reduced in place, and room for panels and nodes; where two stages are taken half of it and the
    // band's checkpoints.
    const bool two_stages = small >= static_cast<double>(kernels::kReductionSizes.two_stage_from);
    doubles = formed + (two_stages ? 0.75 : 1.0) * square + 64 * small;
  } else if (kernel == "two-level") {
    doubles = formed + matrix + 6 * square;  // images of the small part, eigenvectors level by level
  } else if (kernel == "krylov" || kernel == "auto") {
    doubles = 2 * (small + large) * std::min(small, kernels::kKrylovDimension);  // two bases, grown by doubling
  } else {
    throw std::invalid_argument(fmt::format("partial inverse: unknown kernel '{}'", kernel));
  }
  return 8 * doubles;
}

}  // namespace physgrad
