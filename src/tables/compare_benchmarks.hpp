#pragma once
// Two outputs of Google Benchmark, before and after, benchmark by benchmark.
#include <string>

#include "physgrad/record/micro_benchmarks.hpp"
#include "physgrad/tables/comparison.hpp"

namespace physgrad {

/// Of every benchmark in both: real_time and cpu_time, repetitions as two samples without pairs
/// (statistics/rank_sum.hpp). Bounds go by the time that the benchmark itself goes by: cpu_time, and real_time where
/// its name ends in /real_time or /manual_time. Of a file with aggregates alone the medians are compared. `label_a` and
/// `label_b` name the files.
[[nodiscard]] ComparedVersions compare_benchmarks(const MicroBenchmarks& a, const MicroBenchmarks& b,
                                                  const std::string& label_a, const std::string& label_b);

}  // namespace physgrad
