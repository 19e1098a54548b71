// physgrad-kernels: times of single building blocks, each checked against a reference first. Takes the flags of Google
// Benchmark, e.g. --benchmark_filter=partial_inverse/512 --benchmark_format=json. Exit code 1: a check failed, 2:
// usage.
#include <benchmark/benchmark.h>

#include "suite.hpp"

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  physgrad::kernels_bench::Suite suite;
  add_partial_inverses(suite);
  add_simulators(suite);
  add_networks(suite);
  add_updates(suite);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return suite.failures() == 0 ? 0 : 1;
}
