#pragma once
// What the cases work on, and how they compare.
#include <string>
#include <vector>

#include "physgrad/catalogue/pair.hpp"

namespace physgrad::kernels_bench {

/// One batch of a problem a little off its start weights, so that nothing is zero by accident.
struct Scene {
  /// Takes `count` samples, or all the problem has.
  Scene(const Catalogue& catalogue, const std::string& problem, const std::string& method,
        const std::vector<SettingOverride>& overrides, Index count);
  ResolvedPair pair;
  Batch batch;
  Vector theta;
  Matrix control;  ///< x at theta [dx x B]

  [[nodiscard]] const Problem& problem() const { return pair.problem; }
  [[nodiscard]] const Network& network() const { return *pair.problem.network; }
};

/// Samples per batch wherever a family does not say otherwise.
inline constexpr Index kBatch = 32;

/// Uniform in [-1, 1), always the same for the same shape.
[[nodiscard]] Matrix direction(Index rows, Index cols);
[[nodiscard]] double relative_difference(const MatrixRef& actual, const MatrixRef& expected);
/// |<J v, w> - <v, J^T w>| relative to the norms involved.
[[nodiscard]] double transpose_error(const MatrixRef& v, const MatrixRef& forward, const MatrixRef& w,
                                     const MatrixRef& backward);
/// Empty where error <= tolerance (NaN is not), otherwise a sentence with both.
[[nodiscard]] std::string verdict(const std::string& what, double error, double tolerance);

}  // namespace physgrad::kernels_bench
