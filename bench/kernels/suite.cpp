#include "suite.hpp"

#include <benchmark/benchmark.h>

#include <exception>
#include <utility>

namespace physgrad::kernels_bench {
namespace {

Prepared prepare_safely(const std::function<Prepared()>& prepare) {
  try {
    return prepare();
  } catch (const std::exception& error) {
    Prepared failed;
    failed.failure = error.what();
    return failed;
  }
}

void time_case(benchmark::State& state, const Prepared& prepared) {
  if (!prepared.failure.empty()) {
    state.SkipWithError(prepared.failure.c_str());
    return;
  }
  if (prepared.begin) prepared.begin();
  for ([[maybe_unused]] const auto iteration : state) prepared.run();
  state.SetLabel(prepared.label);
  for (const auto& [name, value] : prepared.counters) state.counters[name] = value;
  if (!prepared.end) return;
  for (const auto& [name, value] : prepared.end(static_cast<double>(state.iterations()))) state.counters[name] = value;
}

}  // namespace

std::function<void(benchmark::State&)> Suite::timed(std::function<Prepared()> prepare) const {
  // Google Benchmark calls a case several times while it looks for the number of iterations: one preparation for all.
  const auto slot = std::make_shared<std::unique_ptr<Prepared>>();
  return [slot, prepare = std::move(prepare), failures = failures_](benchmark::State& state) {
    if (!*slot) {
      *slot = std::make_unique<Prepared>(prepare_safely(prepare));
      if (!(*slot)->failure.empty()) ++*failures;
    }
    time_case(state, **slot);
  };
}

void Suite::add(const std::string& name, std::function<Prepared()> prepare) {
  benchmark::RegisterBenchmark(name.c_str(), timed(std::move(prepare)))->Unit(benchmark::kMicrosecond);
}

void Suite::add_threaded(const std::string& name, std::function<Prepared()> prepare) {
  benchmark::RegisterBenchmark(name.c_str(), timed(std::move(prepare)))->Unit(benchmark::kMicrosecond)->UseRealTime();
}

void Suite::add_family(const std::string& name, const std::vector<long>& sizes,
                       std::function<Prepared(long size)> prepare) {
  const auto slots = std::make_shared<std::map<long, Prepared>>();
  const auto run = [slots, prepare = std::move(prepare), failures = failures_](benchmark::State& state) {
    const long size = static_cast<long>(state.range(0));
    if (!slots->contains(size)) {
      slots->clear();  // the sizes come one after the other: only the present one's memory is kept
      slots->emplace(size, prepare_safely([&] { return prepare(size); }));
      if (!slots->at(size).failure.empty()) ++*failures;
    }
    time_case(state, slots->at(size));
    state.SetComplexityN(state.range(0));
  };
  auto* family = benchmark::RegisterBenchmark(name.c_str(), run)->Unit(benchmark::kMicrosecond);
  for (const long size : sizes) family->Arg(size);
  family->Complexity();
}

}  // namespace physgrad::kernels_bench
