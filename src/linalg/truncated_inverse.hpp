#pragma once
// The partial inverse of a Jacobian by its largest singular values alone, of as many as a rule says.
#include "physgrad/linalg/partial_inverse.hpp"
#include "physgrad/linalg/rank_rules.hpp"

namespace physgrad {

/// J^-kappa g, g [rows], with the singular values that `rule` keeps of those above options.tau times the largest:
/// kernel `gram`, whose squares lose singular values below about 1e-8 of the largest. The answer is checked as
/// partial_inverse() does; nobody takes over from it. options.accuracy, kernel, precision and memory are not asked.
/// Throws std::invalid_argument for a g of the wrong length and for a kappa or tau that partial_inverse() refuses. A
/// non-finite J or g gives a non-finite direction.
[[nodiscard]] PartialInverseResult truncated_inverse(JacobianOperator& jacobian, const Vector& g,
                                                     const PartialInverseOptions& options, const RankRule& rule);

}  // namespace physgrad
