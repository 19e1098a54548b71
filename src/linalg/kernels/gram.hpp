#pragma once
// Internal to linalg: kernel `gram` with a rule for how many singular values are kept.
#include "physgrad/linalg/partial_inverse.hpp"
#include "physgrad/linalg/rank_rules.hpp"

namespace physgrad::kernels {

/// Of the singular values that options.tau keeps those that the rule does.
[[nodiscard]] PartialInverseResult gram_inverse(JacobianOperator& jacobian, const Vector& g,
                                                const PartialInverseOptions& options, const RankRule& rule);

}  // namespace physgrad::kernels
