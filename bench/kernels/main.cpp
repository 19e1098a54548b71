// physgrad-kernels: times and memory of single building blocks, each checked against a reference first. Takes the flags
// of Google Benchmark, e.g. --benchmark_filter=partial_inverse/a --benchmark_format=json, and --large for the cases
// that take minutes or gigabytes. --export FOLDER times nothing and writes what other libraries need to compute the
// same (export.hpp). Exit code 1: a check failed, or a file could not be written, 2: usage.
#include <benchmark/benchmark.h>

#include <Eigen/Core>
#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "export.hpp"
#include "heap.hpp"
#include "physgrad/measure/blas_core.hpp"
#include "physgrad/start_up.hpp"
#include "suite.hpp"

namespace {

void print_help() {
  std::puts(
      "physgrad-kernels [--large]                  large: cases that take minutes or gigabytes too\n"
      "physgrad-kernels [--large] --export FOLDER  Jacobians and steps as files, nothing is timed\n"
      "and the flags of Google Benchmark:");
  benchmark::PrintDefaultHelp();
}

}  // namespace

int main(int argc, char** argv) {
  physgrad::executable::choose_blas_core(argv);
  std::vector<char*> arguments(argv, argv + argc);
  const bool large = std::erase_if(arguments, [](const char* text) { return std::string_view(text) == "--large"; }) > 0;
  const physgrad::Catalogue catalogue = physgrad::Catalogue::built_in();
  const std::optional<int> exported = physgrad::kernels_bench::run_export(catalogue, arguments, large);
  if (exported) return *exported;
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data(), print_help);
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
