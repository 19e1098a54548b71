// What `auto` means, and what a kernel needs to hold: the one table of crossovers, from a first measurement on one
// loaded core (AVX2).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "physgrad/linalg/kernels.hpp"
#include "physgrad/linalg/lapack.hpp"
#include "physgrad/linalg/reduction.hpp"
#include "physgrad/linalg/structured.hpp"

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

Choice choose_kernel(Index rows, Index cols, bool structured, const PartialInverseOptions& options) {
  const Index rank = std::min(rows, cols);
  if (options.precision == "single") {
    if (std::max(rows, cols) >= kSingleQrRatio * rank) {
      return {"qr-svd", "single precision: QR first pays on a long side"};
    }
    return {"svd", "single precision: J is nearly square"};
  }
  const double error = gram_prediction(options.tau);
  const std::vector<const char*> kernels = candidates(rank, error, options.accuracy);
  for (const char* kernel : kernels) {
    const double bytes = partial_inverse_bytes(kernel, rows, cols, structured);
    if (bytes > options.memory_limit_bytes) continue;
    return {kernel, fmt::format("rank at most {}, gram form predicted to err by {:.1e}, asked {:.1e}{}", rank, error,
                                options.accuracy, kernel == kernels.front() ? "" : ", faster kernels do not fit")};
  }
  return {"krylov", fmt::format("nothing else fits into {:.3g} bytes", options.memory_limit_bytes)};
}

}  // namespace kernels

bool uses_half_storage(const std::string& kernel, Index rows, Index cols) {
  return kernel == "structured" && std::min(rows, cols) >= kernels::kReductionSizes.two_stage_from;
}

namespace {

// Of the reduction of a matrix of this order. Below the crossover it stays where it is, with vectors for nodes and
// counts. Above, half of it is kept in block columns, the band's checkpoints beside it; a Gram matrix that was formed
// from J is whole until then.
double structured_doubles(double order, bool whole) {
  const double square = order * order;
  if (order < static_cast<double>(kernels::kReductionSizes.two_stage_from)) {
    constexpr auto kMultiple = static_cast<double>(kPaddedTo);
    const double padded = std::ceil(order / kMultiple) * kMultiple;
    return padded * padded + 55 * order;
  }
  const double reduction = 0.7055 * square + 528 * order;
  return whole ? std::max(1.5 * square + 32 * order, reduction) : reduction;
}

}  // namespace

double least_krylov_bytes(Index rows, Index cols) {
  return 8 * kernels::krylov_doubles(rows, cols, static_cast<double>(kernels::kKrylovLeast));
}

double partial_inverse_bytes(const std::string& kernel, Index rows, Index cols, bool structured) {
  const auto small = static_cast<double>(std::min(rows, cols));
  const auto large = static_cast<double>(std::max(rows, cols));
  const double matrix = small * large;
  const double square = small * small;
  // J^T J is formed from J; only J J^T has a structured form.
  const double formed = structured && rows <= cols ? 0.0 : matrix;
  double doubles = 0;
  if (kernel == "svd") {
    // J, the working copy and the long factor; the short one and its transpose, divide and conquer. Jacobi's QR is one
    // more of the long ones.
    doubles = lapack::available() ? 3 * matrix + 5 * square : 4 * matrix + 6 * square + 28 * large;
  } else if (kernel == "qr-svd") {
    // J and the tall copy, then its spare while it is factored or R, its factors and their workspace; R^T beside R.
    doubles = 2 * matrix + std::max(matrix, (rows <= cols ? 8 : 7) * square);
  } else if (kernel == "gram") {
    doubles = formed + 4 * square;  // Gram matrix, its spare, divide and conquer
  } else if (kernel == "structured") {
    doubles = formed + structured_doubles(small, formed > 0);
  } else if (kernel == "two-level") {
    doubles = formed + 2 * matrix + 4 * square;  // images of the small part as they turn, eigenvectors level by level
  } else if (kernel == "krylov" || kernel == "auto") {
    doubles = kernels::krylov_doubles(rows, cols, std::min(small, kernels::kKrylovDimension));
  } else {
    throw std::invalid_argument(fmt::format("partial inverse: unknown kernel '{}'", kernel));
  }
  return 8 * doubles;
}

double partial_inverse_flops(const std::string& kernel, Index rows, Index cols, bool structured, Index iterations) {
  const auto small = static_cast<double>(std::min(rows, cols));
  const auto large = static_cast<double>(std::max(rows, cols));
  const double cube = small * small * small, product = small * small * large;
  const double formed = structured && rows <= cols ? 0.0 : product;  // one triangle of the Gram matrix
  // Golub & Van Loan 2013, figure 8.6.1 and section 8.3.
  if (kernel == "svd") return 14 * product + 8 * cube;
  if (kernel == "qr-svd") return 6 * product + 20 * cube;
  if (kernel == "gram") return formed + 9 * cube;
  if (kernel == "structured") return formed + 4.0 / 3.0 * cube;        // a tridiagonal form, and solves of order s^2
  if (kernel == "two-level") return formed + 4 * product + 18 * cube;  // two eigendecompositions and the images between
  if (kernel == "krylov") {
    const auto k = static_cast<double>(iterations);
    return 4 * k * k * (small + large);  // orthogonalised twice
  }
  throw std::invalid_argument(fmt::format("partial inverse: unknown kernel '{}'", kernel));
}

}  // namespace physgrad
