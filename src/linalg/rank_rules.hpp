#pragma once
// Where a spectrum is cut that is known as a whole: by itself, or by the right-hand side too.
#include <functional>

#include "physgrad/core/types.hpp"

namespace physgrad {

/// What a rule sees of J = U S V^T, min(rows, cols) singular values, and of g.
struct KnownSpectrum {
  const Vector& values;        ///< S, descending, at least one, the first positive
  const Vector& coefficients;  ///< U^T g
  double outside;              ///< the part of |g|^2 that U does not span
  Index kept;                  ///< how many values exceed the cut below which there is but round-off, at least one
  Index rows;                  ///< entries of g
};

/// How many of the largest singular values to keep, in [1, kept].
using RankRule = std::function<Index(const KnownSpectrum&)>;

/// At the widest ratio of neighbours s_k / s_{k+1}, k < kept: the numerical rank of a matrix that has one (Hansen,
/// Rank-Deficient and Discrete Ill-Posed Problems, 1998, section 3.1). All of `kept` where no ratio reaches a decade.
/// Values of at least `surely` times the largest are always kept.
[[nodiscard]] Index rank_at_gap(const KnownSpectrum& spectrum, double surely);

/// The k of least generalised cross validation, (|g|^2 - sum_{i <= k} c_i^2) / (rows - k)^2 (Golub, Heath, Wahba 1979),
/// the largest of equals: what the linear model from all other rows says of a row. k < rows, for the last has no rows
/// to be judged by, unless only one is kept. Values of at least `surely` times the largest are always kept.
[[nodiscard]] Index rank_by_cross_validation(const KnownSpectrum& spectrum, double surely);

}  // namespace physgrad
