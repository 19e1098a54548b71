#pragma once
// A part of a plan for a machine of its own.
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "physgrad/study/plan.hpp"

namespace physgrad {

struct Shard {
  std::size_t index = 1, count = 1;  ///< the index counts from 1
};

/// "2/4", or "slurm": which task of a job array this is, from SLURM_ARRAY_TASK_ID and its companions COUNT, MIN and
/// STEP. Nothing for an empty text. Throws UsageError.
[[nodiscard]] std::optional<Shard> parse_shard(const std::string& text);

/// The places in the plan's `cells` of a shard's, in order. All methods on a task with one seed are one shard's, so
/// that what is paired was measured on one machine; of every task a shard has consecutive seeds, between which the
/// methods change places; the shards' numbers of (task, seed) differ by one at most.
[[nodiscard]] std::vector<std::size_t> cells_of(const Plan& plan, const Shard& shard);

}  // namespace physgrad
