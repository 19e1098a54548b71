#include "physgrad/tables/compare_benchmarks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "physgrad/statistics/paired_comparison.hpp"
#include "physgrad/statistics/rank_sum.hpp"
#include "physgrad/tables/matching.hpp"

namespace physgrad {
namespace {

/// A benchmark of A, of B, or of both.
struct BenchmarkMatch {
  const MicroBenchmark *a = nullptr, *b = nullptr;
};

std::vector<BenchmarkMatch> match_benchmarks(const MicroBenchmarks& a, const MicroBenchmarks& b) {
  std::vector<BenchmarkMatch> result;
  std::map<std::string, std::size_t> places;
  for (const MicroBenchmark& each : a.benchmarks) {
    places.emplace(each.name, result.size());
    result.push_back({&each, nullptr});
  }
  for (const MicroBenchmark& each : b.benchmarks) {
    const auto found = places.find(each.name);
    if (found == places.end())
      result.push_back({nullptr, &each});
    else
      result[found->second].b = &each;
  }
  return result;
}

/// A clock shows 0 for what is too short for it: shorter than anything is as good.
std::vector<double> logarithms(const std::vector<double>& times) {
  constexpr double kShortest = 1e-15;
  std::vector<double> result;
  for (const double each : times) result.push_back(std::log(std::max(each, kShortest)));
  return result;
}

bool goes_by_real_time(const std::string& name) {
  return name.ends_with("/real_time") || name.ends_with("/manual_time");
}

Comparison compare_times(const BenchmarkMatch& match, Aspect aspect, const std::string& obstacle) {
  const auto times = aspect == Aspect::real_time ? &MicroBenchmark::real_time : &MicroBenchmark::cpu_time;
  const std::vector<double>&a = match.a->*times, &b = match.b->*times;
  Comparison result;
  result.group = "benchmarks";
  result.name = match.a->name;
  result.aspect = aspect;
  result.unit = seconds_in(match.a->unit);
  result.quantity = fmt::format("{} [{}]", to_text(aspect), match.a->unit);
  result.a = quantile(a, 0.5);
  result.b = quantile(b, 0.5);
  result.samples_a = a.size();
  result.samples_b = b.size();
  result.obstacle = obstacle;
  result.bounded = (aspect == Aspect::real_time) == goes_by_real_time(result.name);
  const SampleComparison found = compare_samples(logarithms(a), logarithms(b));
  result.log_ratio = found.shift;
  result.direction = found.direction;
  result.equal = a == b;
  if (!obstacle.empty()) {
    result.log_ratio = {found.shift.median, kAbsent, kAbsent};
    return result;
  }
  if (a.size() < 2 || b.size() < 2) return result;  // one observation is no sample
  result.test = "rank sum";
  result.p = found.p;
  result.testable = !result.equal && smallest_rank_sum_p(a.size(), b.size()) <= kSignificance;
  return result;
}

void take_stock(const std::vector<BenchmarkMatch>& matches, ComparedVersions& versions) {
  Table& table = versions.inventory;
  table.group = "benchmarks that are not in both";
  table.columns = {{"benchmark", false}, {"A", false}, {"B", false}};
  const auto state = [](const MicroBenchmark* each) {
    if (each == nullptr) return std::string("-");
    if (!each->error.empty()) return "failed: " + each->error;
    return std::string(each->real_time.empty() && each->cpu_time.empty() ? "no times" : "measured");
  };
  int both = 0, only_a = 0, only_b = 0, failed = 0;
  for (const auto& [a, b] : matches) {
    only_a += b == nullptr;
    only_b += a == nullptr;
    both += a != nullptr && b != nullptr;
    const std::string of_a = state(a), of_b = state(b);
    failed += of_a.starts_with("failed") || of_b.starts_with("failed");
    if (of_a == "measured" && of_b == "measured") continue;
    const std::string& name = (a != nullptr ? a : b)->name;
    table.rows.push_back({text_entry(name), text_entry(of_a), text_entry(of_b)});
    versions.missing += of_a == "measured" && !of_b.starts_with("failed");
    if (of_a == "measured" && of_b.starts_with("failed"))
      versions.lost.push_back(fmt::format("{}: measured in A, {} in B", name, of_b));
  }
  versions.summary =
      fmt::format("{} in both, {} only in A, {} only in B, {} failed in one of them", both, only_a, only_b, failed);
  table.title = fmt::format("Benchmarks that were not measured in both ({})", versions.summary);
}

/// A host says nothing of its processor. What differs in what the file knows of the processor is another machine.
void compare_machines(const MicroBenchmarks& a, const MicroBenchmarks& b, ComparedVersions& versions) {
  for (const auto& [name, in_a] : a.machine) {
    const auto found = std::ranges::find(b.machine, name, &std::pair<std::string, std::string>::first);
    if (found != b.machine.end() && found->second != in_a)
      versions.machines.push_back(fmt::format("{}: {} in A, {} in B", name, in_a, found->second));
  }
  if (a.host != b.host)
    versions.warnings.push_back(
        fmt::format("The hosts are called {} in A, {} in B, and the files do not say what "
                    "processors they have: these may be two machines.",
                    a.host, b.host));
  const auto alone = [](const MicroBenchmark& each) { return each.aggregates; };
  if (std::ranges::any_of(a.benchmarks, alone) || std::ranges::any_of(b.benchmarks, alone))
    versions.warnings.emplace_back(
        "Of some benchmarks there are aggregates alone, which hold no repetitions to test: "
        "leave out --benchmark_report_aggregates_only.");
}

std::string source_text(const MicroBenchmarks& file, const std::string& label) {
  return fmt::format("{}; {}, host {}, {}", label, file.executable, file.host, file.date);
}

}  // namespace

ComparedVersions compare_benchmarks(const MicroBenchmarks& a, const MicroBenchmarks& b, const std::string& label_a,
                                    const std::string& label_b) {
  ComparedVersions versions;
  versions.things = "benchmarks";
  versions.samples = "repetitions";
  compare_machines(a, b, versions);
  const std::string obstacle = versions.machines.empty() ? "" : "another machine";
  const std::vector<BenchmarkMatch> matches = match_benchmarks(a, b);
  for (const BenchmarkMatch& match : matches) {
    if (match.a == nullptr || match.b == nullptr || !match.a->error.empty() || !match.b->error.empty()) continue;
    for (const Aspect aspect : {Aspect::real_time, Aspect::cpu_time}) {
      Comparison compared = compare_times(match, aspect, obstacle);
      if (!std::isnan(compared.log_ratio.median)) versions.single.push_back(std::move(compared));
    }
  }
  take_stock(matches, versions);
  versions.sources = {"A: " + source_text(a, label_a), "B: " + source_text(b, label_b)};
  decide_together(versions);
  return versions;
}

}  // namespace physgrad
