#pragma once
// The runs of two rows that can be set against each other: those of one seed, copies of one pair counted once.
#include <functional>
#include <utility>
#include <vector>

#include "physgrad/tables/grouping.hpp"

namespace physgrad {

using CellPair = std::pair<const CellRecord*, const CellRecord*>;

/// Pairs of one seed, those that are copies together: the seed changed neither of the two. Of `a` and `b` no two cells
/// have one seed. In the order of `a`.
[[nodiscard]] std::vector<std::vector<CellPair>> distinct_pairs(const std::vector<const CellRecord*>& a,
                                                                const std::vector<const CellRecord*>& b);
/// The same of what was tried of two rows.
[[nodiscard]] std::vector<std::vector<CellPair>> distinct_pairs(const MethodRow& a, const MethodRow& b);

/// `number` of every distinct pair; of several copies: the median. NaN where it is NaN for all of them.
[[nodiscard]] std::vector<double> collect_pairs(
    const std::vector<std::vector<CellPair>>& pairs,
    const std::function<double(const CellRecord& a, const CellRecord& b)>& number);

/// "the seed changes nothing: 1 distinct pair of 8"; empty where every pair is one of its own.
[[nodiscard]] std::string copies_text(std::size_t distinct, std::size_t pairs);

}  // namespace physgrad
