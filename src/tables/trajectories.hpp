#pragma once
// Seeds as a statistic: cells that went the same way are one observation, however many seeds name it.
#include <functional>
#include <vector>

#include "physgrad/record/record.hpp"

namespace physgrad {

/// Cells by the trajectory that they followed, in the order of the first of each.
using Trajectories = std::vector<std::vector<const CellRecord*>>;

/// True where two cells of one setup followed one trajectory on the part that both have, bit for bit: the losses at
/// every common point, and the hashes where those do not hold the seed (in reports with a task_id). Cells without a
/// common update are the same where the record says that the seed changes nothing and both ended alike.
[[nodiscard]] bool same_trajectory(const CellRecord& a, const CellRecord& b);

[[nodiscard]] Trajectories distinct_trajectories(const std::vector<const CellRecord*>& cells);

/// `number` of every one; of several cells that followed it: the median.
[[nodiscard]] std::vector<double> collect_distinct(const Trajectories& trajectories,
                                                   const std::function<double(const CellRecord&)>& number);

}  // namespace physgrad
