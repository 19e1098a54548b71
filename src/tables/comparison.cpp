#include "physgrad/tables/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "physgrad/statistics/paired_comparison.hpp"

namespace physgrad {
namespace {

constexpr Aspect kAspects[] = {Aspect::training_loss, Aspect::test_loss,        Aspect::target_time, Aspect::step_time,
                               Aspect::heap,          Aspect::predicted_memory, Aspect::real_time,   Aspect::cpu_time};

void count_verdict(const Comparison& single, OverallComparison& overall) {
  const std::string verdict = verdict_text(single);
  if (!single.obstacle.empty())
    ++overall.not_compared;
  else if (single.equal)
    ++overall.equal;
  else if (verdict == "unresolved")
    ++overall.unresolved;
  else
    ++(verdict == "better" ? overall.better : overall.worse);
}

/// Several numbers of one aspect, as times to several targets, are one observation of their thing.
OverallComparison compare_all(const ComparedVersions& versions, Aspect aspect) {
  std::map<std::pair<std::string, std::string>, std::vector<double>> ratios;
  OverallComparison result;
  Comparison& all = result.comparison;
  for (const Comparison& each : versions.single) {
    if (each.aspect != aspect) continue;
    all.bounded &= each.bounded;
    if (each.obstacle.empty()) ratios[{each.group, each.name}].push_back(each.log_ratio.median);
  }
  std::vector<double> medians;
  for (auto& [name, values] : ratios) medians.push_back(compare_pairs(std::move(values)).log_ratio.median);
  enter_pairs(medians, all);
  all.group = "overall";
  all.aspect = aspect;
  all.quantity = to_text(aspect);
  return result;
}

std::vector<Comparison*> family(ComparedVersions& versions) {
  std::vector<Comparison*> result;
  for (Comparison& each : versions.single)
    if (each.testable) result.push_back(&each);
  for (OverallComparison& each : versions.overall)
    if (each.comparison.testable) result.push_back(&each.comparison);
  return result;
}

int sign_of_median(const Comparison& comparison) {
  return (comparison.log_ratio.median > 0) - (comparison.log_ratio.median < 0);
}

}  // namespace

const char* to_text(Aspect aspect) {
  constexpr const char* names[] = {"final training loss", "final test loss",  "time to targets", "mean step",
                                   "peak heap",           "predicted memory", "real_time",       "cpu_time"};
  return names[static_cast<std::size_t>(aspect)];
}

void decide_together(ComparedVersions& versions) {
  for (const Aspect aspect : kAspects)
    if (std::ranges::find(versions.single, aspect, &Comparison::aspect) != versions.single.end())
      versions.overall.push_back(compare_all(versions, aspect));
  const std::vector<Comparison*> tested = family(versions);
  std::vector<double> p;
  for (const Comparison* each : tested) p.push_back(each->p);
  const std::vector<double> corrected = holm_corrected(p);
  for (std::size_t i = 0; i < tested.size(); ++i) tested[i]->corrected_p = corrected[i];
  std::map<Aspect, OverallComparison*> places;
  for (OverallComparison& each : versions.overall) places[each.comparison.aspect] = &each;
  for (const Comparison& each : versions.single) count_verdict(each, *places.at(each.aspect));
}

std::string verdict_text(const Comparison& comparison) {
  if (!comparison.obstacle.empty()) return comparison.obstacle;
  if (comparison.equal) return "equal";
  const bool contradicted = sign_of_median(comparison) * comparison.direction < 0;
  if (!(comparison.corrected_p <= kSignificance) || comparison.direction == 0 || contradicted) return "unresolved";
  return comparison.direction < 0 ? "better" : "worse";
}

std::size_t family_size(const ComparedVersions& versions) {
  const auto single = std::ranges::count_if(versions.single, &Comparison::testable);
  const auto overall =
      std::ranges::count_if(versions.overall, [](const OverallComparison& each) { return each.comparison.testable; });
  return static_cast<std::size_t>(single + overall);
}

std::string power_text(const ComparedVersions& versions) {
  const std::size_t count = family_size(versions);
  if (count == 0) return "No comparison has enough values for a verdict.";
  return fmt::format("{} comparison{} could have been decided; corrected for that number, a verdict takes {}.", count,
                     count == 1 ? "" : "s",
                     versions.samples == "pairs" ? fmt::format("at least {} pairs", pairs_needed(count))
                                                 : fmt::format("a p of at most {:.2g}", kSignificance / double(count)));
}

void enter_pairs(const std::vector<double>& log_ratios, Comparison& comparison) {
  const PairedComparison found = compare_pairs(log_ratios);
  comparison.samples_a = comparison.samples_b = found.pairs;
  comparison.log_ratio = found.log_ratio;
  comparison.direction = found.direction;
  const auto zeros = static_cast<std::size_t>(std::ranges::count(log_ratios, 0.0));
  comparison.equal = found.pairs > 0 && zeros == found.pairs;
  comparison.testable = smallest_p(found.pairs - zeros) <= kSignificance;
  if (found.pairs < 2) return;  // one observation is no sample
  comparison.test = to_text(found.test);
  comparison.p = found.p;
}

}  // namespace physgrad
