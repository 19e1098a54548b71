// physgrad-kernels: times and memory of single building blocks, each checked against a reference first. Takes the flags
// of Google Benchmark, e.g. --benchmark_filter=partial_inverse/a --benchmark_format=json, and --large for the cases
// that take minutes or gigabytes. Exit code 1: a check failed, 2: usage.
#include <benchmark/benchmark.h>

#include <Eigen/Core>
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "heap.hpp"
#include "physgrad/measure/blas_core.hpp"
#include "physgrad/start_up.hpp"
#include "suite.hpp"

int main(int argc, char** argv) {
  physgrad::executable::choose_blas_core(argv);
  std::vector<char*> arguments(argv, argv + argc);
  const bool large = std::erase_if(arguments, [](const char* text) { return std::string_view(text) == "--large"; }) > 0;
  const physgrad::Catalogue catalogue = physgrad::Catalogue::built_in();
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  benchmark::AddCustomContext("blas_core", physgrad::blas_core());
  benchmark::AddCustomContext("register_bytes",
                              std::to_string(Eigen::internal::packet_traits<double>::size * sizeof(double)));
  physgrad::kernels_bench::HeapMemoryManager memory;
  benchmark::RegisterMemoryManager(&memory);
  physgrad::kernels_bench::Suite suite(catalogue, large);
  add_partial_inverses(suite);
  add_crossovers(suite);
  add_simulators(suite);
  add_networks(suite);
  add_updates(suite);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::RegisterMemoryManager(nullptr);
  benchmark::Shutdown();
  return suite.failures() == 0 ? 0 : 1;
}
