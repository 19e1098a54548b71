#pragma once
// What Google Benchmark writes with --benchmark_out=FILE --benchmark_out_format=json, as far as times go.
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace physgrad {

/// A benchmark with its repetitions. Times are seconds an iteration.
struct MicroBenchmark {
  std::string name;
  std::string unit;                         ///< in which the file has its times: ns, us, ms or s
  std::vector<double> real_time, cpu_time;  ///< of every repetition; of aggregates alone the median of the repetitions
  bool aggregates = false;                  ///< aggregates are all there is
  std::string error;                        ///< why there are no times; empty: none
};

struct MicroBenchmarks {
  /// What times depend on, as far as the file says, as names and texts: processors, their clock, caches, build,
  /// OpenBLAS's kernels.
  std::vector<std::pair<std::string, std::string>> machine;
  std::string host, date, executable;
  std::vector<MicroBenchmark> benchmarks;  ///< in the order of the file
};

/// Seconds in a unit of time; 0 for another text.
[[nodiscard]] double seconds_in(const std::string& unit);

/// Whether the file begins as Google Benchmark's output does. False for what is no regular file: a look at the
/// beginning of a pipe would take it away.
[[nodiscard]] bool holds_micro_benchmarks(const std::filesystem::path& path);

/// Throws ReadError naming `source` and the place: malformed or truncated text, missing keys, wrong types. NaN and
/// Infinity, which Google Benchmark writes for counters although JSON has no such numbers, are read as absent.
[[nodiscard]] MicroBenchmarks parse_micro_benchmarks(const std::string& text, const std::string& source);

}  // namespace physgrad
