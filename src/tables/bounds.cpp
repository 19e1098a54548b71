#include "physgrad/tables/bounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "physgrad/core/numbers.hpp"
#include "physgrad/statistics/paired_comparison.hpp"

namespace physgrad {
namespace {

std::string ratio_text(const Comparison& comparison) {
  const Spread& log = comparison.log_ratio;
  return spread_entry({std::exp(log.median), std::exp(log.low), std::exp(log.high)}).text;
}

std::string samples_text(const Comparison& comparison, const std::string& kind) {
  if (kind == "repetitions") return fmt::format("{} and {} repetitions", comparison.samples_a, comparison.samples_b);
  return fmt::format("{} {}", comparison.samples_a, comparison.samples_a == 1 ? kind.substr(0, kind.size() - 1) : kind);
}

bool has_interval(const Comparison& comparison) { return !std::isnan(comparison.log_ratio.low); }

/// The whole interval beyond the bound; without an interval the median.
bool is_beyond(const Comparison& comparison, const Bound& bound) {
  const double decides = has_interval(comparison) ? comparison.log_ratio.low : comparison.log_ratio.median;
  return decides > std::log(bound.factor);
}

std::string broken_text(const Comparison& comparison, const Bound& bound, const std::string& samples) {
  const std::string thing = comparison.name.empty() ? comparison.group : comparison.group + " " + comparison.name;
  const std::string what = fmt::format("{}, {}", thing, comparison.quantity);
  return fmt::format("{} {}: {}: B / A {} of {}{}", bound.option, bound.text, what, ratio_text(comparison), samples,
                     has_interval(comparison) ? "" : ", too few to be significant");
}

/// Losses are looked at when the number of steps has grown by a quarter, and so are targets: without an interval a time
/// to a target says less than the mean step beside it.
bool decides_alone(const Comparison& comparison) {
  return comparison.aspect != Aspect::target_time || has_interval(comparison);
}

/// Enough seeds were measured for an interval, and most of them were disturbed: what is left is no sample of choice.
bool lost_its_interval(const Comparison& comparison) {
  return !has_interval(comparison) && comparison.left_out > 0 &&
         comparison.samples_a + comparison.left_out >= kFewestPairs;
}

/// Those of one obstacle are one remark.
void add_remarks(const std::map<std::string, int>& obstacles, const ComparedVersions& versions, const Bound& bound,
                 Judgement& result) {
  for (const auto& [obstacle, count] : obstacles) {
    const bool machines = obstacle == "another machine" && !versions.machines.empty();
    result.remarks.push_back(fmt::format(
        "{} {}: {} comparison{} could not be judged: {}", bound.option, bound.text, count, count == 1 ? "" : "s",
        machines ? fmt::format("{} ({})", obstacle, versions.machines.front()) : obstacle));
  }
}

Judgement judge(const ComparedVersions& versions, const Bound& bound, const std::vector<Aspect>& aspects) {
  Judgement result;
  std::map<std::string, int> obstacles;
  const auto concerned = [&](const Comparison& each) {
    return each.bounded && std::ranges::find(aspects, each.aspect) != aspects.end();
  };
  for (const Comparison& each : versions.single) {
    if (!concerned(each)) continue;
    if (!each.obstacle.empty() || lost_its_interval(each)) {
      ++obstacles[each.obstacle.empty() ? "most pairs disturbed or of two machines" : each.obstacle];
      continue;
    }
    result.judged = true;
    if (decides_alone(each) && is_beyond(each, bound))
      result.broken.push_back(broken_text(each, bound, samples_text(each, versions.samples)));
  }
  for (const auto& overall : versions.overall)
    if (const Comparison& each = overall.comparison; concerned(each) && has_interval(each) && is_beyond(each, bound))
      result.broken.push_back(broken_text(each, bound, samples_text(each, versions.things)));
  add_remarks(obstacles, versions, bound, result);
  if (versions.missing > 0)
    result.remarks.push_back(
        fmt::format("{} {}: {} of A without a counterpart in B could not be judged", bound.option, bound.text,
                    versions.things == "benchmarks" ? fmt::format("{} benchmarks", versions.missing)
                                                    : fmt::format("{} cells", versions.missing)));
  return result;
}

void add_lost(const ComparedVersions& versions, const Bound& bound, Judgement& result) {
  for (const std::string& each : versions.lost)
    result.broken.push_back(fmt::format("{} {}: {}", bound.option, bound.text, each));
}

}  // namespace

Bound parse_bound(const std::string& option, const std::string& text) {
  const char last = text.empty() ? ' ' : text.back();
  if (last == '%' || last == 'x') {
    const auto number = read_number(std::string_view(text).substr(0, text.size() - 1));
    const double factor = !number ? kUnknown : last == '%' ? 1 + *number / 100 : *number;
    if (factor >= 1) return {option, text, factor};
  }
  throw UsageError(
      fmt::format("{} cannot be '{}'; expected how much more is allowed: a percentage of at least 0% such "
                  "as 10%, or a factor of at least 1x such as 1.1x",
                  option, text));
}

Judgement judge_slower(const ComparedVersions& versions, const Bound& bound) {
  Judgement result =
      judge(versions, bound, {Aspect::target_time, Aspect::step_time, Aspect::real_time, Aspect::cpu_time});
  if (versions.things == "benchmarks") add_lost(versions, bound, result);
  return result;
}

Judgement judge_worse(const ComparedVersions& versions, const Bound& bound) {
  Judgement result = judge(versions, bound, {Aspect::training_loss, Aspect::test_loss});
  add_lost(versions, bound, result);
  return result;
}

}  // namespace physgrad
