#pragma once
// Two reports, before and after, cell by cell.
#include "physgrad/tables/comparison.hpp"
#include "physgrad/tables/grouping.hpp"

namespace physgrad {

/// Of every setup in both: losses after training, times to the targets, mean step, heap and predicted memory, paired by
/// seed; copies of one trajectory count once, but for times, of which they are repetitions. Times are compared between
/// undisturbed cells of one machine, compiler and number of threads; losses under a budget of seconds likewise; losses
/// and times to targets between cells of one task alone. The program may differ: that is what is compared.
[[nodiscard]] ComparedVersions compare_reports(LabelledReport a, LabelledReport b);

}  // namespace physgrad
