#pragma once
// What a tuning study says: what was chosen, and how much depends on it.
#include <vector>

#include "physgrad/record/tuning_study.hpp"
#include "physgrad/tables/table.hpp"

namespace physgrad {

/// A line a pair: losses of its defaults and of its best trial in the first rung, of the chosen one in the second,
/// the settings that were chosen, and what the search cost.
[[nodiscard]] Table studied_table(const std::vector<StudiedPair>& pairs);

/// For each problem the losses of the best, the median and the default trial of every method, all in the first rung and
/// so at equal budgets on one seed; and the methods' ranks by default and by chosen settings.
[[nodiscard]] std::vector<Table> sensitivity_tables(const TuningStudy& study);

}  // namespace physgrad
