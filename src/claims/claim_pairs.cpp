#include "physgrad/claims/claim_pairs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "physgrad/claims/claim_metrics.hpp"
#include "physgrad/tables/identity.hpp"
#include "physgrad/tables/paired_rows.hpp"
#include "physgrad/tables/trajectories.hpp"

namespace physgrad {
namespace {

bool same_setting(const CellRecord& cell, const std::string& key, const SettingValue& value) {
  const auto found = cell.used.find(key);
  return found != cell.used.end() && found->second == value;
}

std::vector<const CellRecord*> cells_of(const Report& report, const ClaimSide& side) {
  std::vector<const CellRecord*> result;
  for (const CellRecord& cell : report.cells)
    if (cell.key.problem == side.problem && cell.key.method == side.method &&
        std::ranges::all_of(side.settings,
                            [&](const auto& setting) { return same_setting(cell, setting.first, setting.second); }))
      result.push_back(&cell);
  return result;
}

std::string side_text(const ClaimSide& side) {
  std::vector<std::string> settings;
  for (const auto& [key, value] : side.settings) settings.push_back(fmt::format("{}={}", key, to_text(value)));
  return fmt::format("{} {}{}", side.problem, side.method,
                     settings.empty() ? "" : fmt::format(" with {}", fmt::join(settings, ", ")));
}

/// The cells of a side that measured the number, one a seed, and what kept others out.
struct SideCells {
  std::vector<const CellRecord*> cells;
  std::vector<std::string> trouble;
};

/// Cells of several setups are no sample, be they of one seed or of several.
bool of_one_setup(const std::vector<const CellRecord*>& cells, const RunHeader& header) {
  std::set<std::uint64_t> seeds;
  std::set<std::string> setups;
  Identities identities(header);
  for (const CellRecord* cell : cells) {
    seeds.insert(cell->key.seed);
    const auto identity = identities.of(*cell);
    if (identity->known) setups.insert(identity->task + "|" + identity->setup);
  }
  return seeds.size() == cells.size() && setups.size() <= 1;
}

SideCells usable_cells(const Claim& claim, const ClaimSide& side, const Report& report) {
  SideCells result;
  const auto cells = cells_of(report, side);
  if (cells.empty()) result.trouble.push_back(fmt::format("no cells of {}", side_text(side)));
  int absent = 0, beside = 0, disturbed = 0;
  for (const CellRecord* cell : cells) {
    const bool timed = is_timed(claim.metric, side.at);
    if (std::isnan(claim_metric(*cell, claim.metric, side.at)))
      ++absent;
    else if (timed && !cell->timing_valid)
      ++beside;
    else if (timed && cell->disturbed)
      ++disturbed;
    else
      result.cells.push_back(cell);
  }
  const auto tell = [&](int count, const char* what) {
    if (count > 0) result.trouble.push_back(fmt::format("{}: {} of {} {}", side_text(side), count, cells.size(), what));
  };
  tell(absent, claim.metric == "skipped" ? "unknown" : "without that number");
  tell(beside, "were timed beside other cells");
  tell(disturbed, "were disturbed");
  std::ranges::sort(result.cells, {}, [](const CellRecord* cell) { return cell->key.seed; });
  return result;
}

/// In what the tasks of the two sides differ beyond the settings that the claim names; "" where they are alike.
std::string unlike(const Claim& claim, const CellIdentity& a, const CellIdentity& b) {
  if (claim.a.problem != claim.b.problem || !a.known || !b.known) return {};  // which the claim sets against each other
  std::vector<Facts> different = differences({task_facts(a), task_facts(b)});
  bool named = false;
  const auto is_named = [&](const auto& fact) {
    return claim.a.settings.contains(fact.first) || claim.b.settings.contains(fact.first);
  };
  for (Facts& facts : different) named |= std::erase_if(facts, is_named) > 0;
  if (!different[0].empty() || !different[1].empty())
    return fmt::format("{} and {}", label_of(different[0]), label_of(different[1]));
  return named || a.task == b.task ? "" : fmt::format("{} and {}", label_of(a.others), label_of(b.others));
}

/// Every number is of the threads that computed it: "" where those are the run's.
std::string other_threads(const Claim& claim, const SideCells& a, const SideCells& b) {
  for (const SideCells* side : {&a, &b})
    for (const CellRecord* cell : side->cells)
      if (cell->limits.threads != claim.threads)
        return fmt::format("the run '{}' asks for threads={}, the report has threads={}", claim.run, claim.threads,
                           cell->limits.threads);
  return {};
}

/// A number at the end of training, or a miss, is of the limits that ended it: "" where those are the run's.
std::string other_limits(const Claim& claim, const Limits& limits) {
  const bool ends = is_curve_metric(claim.metric) && (claim.a.at.unit == Moment::Unit::end ||
                                                      (!claim.b.is_number() && claim.b.at.unit == Moment::Unit::end));
  if (!ends && claim.metric != "seconds_to_target") return {};
  const auto differs = [](double asked, double made) { return !std::isnan(asked) && asked != made; };
  const auto text = [](double limit) { return std::isnan(limit) ? std::string("none") : fmt::format("{}", limit); };
  if (differs(claim.steps, limits.steps))
    return fmt::format("the run '{}' asks for {} steps, the report has {}", claim.run, claim.steps, text(limits.steps));
  if (differs(claim.budget_seconds, limits.budget_seconds))
    return fmt::format("the run '{}' asks for a budget of {} s, the report has {}", claim.run, claim.budget_seconds,
                       text(limits.budget_seconds));
  return {};
}

/// Whether the number depends on the machine and the program that measured it.
bool depends_on_clock(const Claim& claim, const ClaimSide& side, const CellIdentity& identity) {
  if (!is_curve_metric(claim.metric)) return claim.metric != "skipped";
  return is_timed(claim.metric, side.at) || (side.at.unit == Moment::Unit::end && identity.budgeted);
}

/// The cells of one clock: those of the one with the most.
template <typename Item, typename ClockOf>
void keep_one_clock(std::vector<Item>& items, ClockOf clock_of, std::vector<std::string>& trouble) {
  std::map<std::string, std::size_t> counts;
  for (const Item& item : items) ++counts[clock_of(item)];
  if (counts.size() < 2) return;
  const auto most = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->first;
  const std::size_t left_out = std::erase_if(items, [&](const Item& item) { return clock_of(item) != most; });
  trouble.push_back(fmt::format("{} left out: measured on another machine or by another program", left_out));
}

/// The cells of each side by seed, as far as they may be compared.
std::vector<CellPair> comparable(const Claim& claim, const Report& report, const SideCells& a, const SideCells& b,
                                 std::vector<std::string>& trouble) {
  std::map<std::uint64_t, const CellRecord*> partners;
  for (const CellRecord* cell : b.cells) partners.emplace(cell->key.seed, cell);
  std::vector<CellPair> pairs;
  Identities identities(report.header);
  for (const CellRecord* cell : a.cells) {
    const auto partner = partners.find(cell->key.seed);
    if (claim.b.is_number())
      pairs.emplace_back(cell, cell);
    else if (partner != partners.end())
      pairs.emplace_back(cell, partner->second);
  }
  if (pairs.empty()) return pairs;
  const bool clocked =
      depends_on_clock(claim, claim.a, *identities.of(*pairs.front().first)) ||
      (!claim.b.is_number() && depends_on_clock(claim, claim.b, *identities.of(*pairs.front().second)));
  if (!clocked) return pairs;
  const auto mixed = std::erase_if(pairs, [&](const CellPair& pair) {
    return identities.of(*pair.first)->clock_key != identities.of(*pair.second)->clock_key;
  });
  if (mixed > 0)
    trouble.push_back(
        fmt::format("{} pairs dropped: their cells were measured on two machines or by two programs", mixed));
  keep_one_clock(
      pairs, [&](const CellPair& pair) { return identities.of(*pair.first)->clock_key; }, trouble);
  return pairs;
}

/// Copies of one pair count once.
std::vector<std::vector<CellPair>> without_copies(const Claim& claim, const std::vector<CellPair>& pairs) {
  std::vector<const CellRecord*> a, b;
  for (const auto& [of_a, of_b] : pairs) {
    a.push_back(of_a);
    b.push_back(of_b);
  }
  // Flags are no random numbers: every cell has to say the same.
  if (claim.metric != "skipped") return distinct_pairs(a, b);
  std::vector<std::vector<CellPair>> each;
  for (const CellPair& pair : pairs) each.push_back({pair});
  return each;
}

void add_values(const Claim& claim, const std::vector<std::vector<CellPair>>& distinct, ClaimPairs& result) {
  const auto number_of = [&](const ClaimSide& side) {
    return [&](const CellRecord& a, const CellRecord& b) {
      return claim_metric(&side == &claim.a ? a : b, claim.metric, side.at);
    };
  };
  const std::vector<double> a = collect_pairs(distinct, number_of(claim.a));
  const std::vector<double> b =
      claim.b.is_number() ? std::vector<double>(a.size(), claim.b.value) : collect_pairs(distinct, number_of(claim.b));
  int infinite = 0, zero = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const bool no_ratio = claim.metric != "skipped" && ((std::isinf(a[i]) && std::isinf(b[i])) || a[i] + b[i] == 0);
    if (no_ratio) {
      ++(std::isinf(a[i]) ? infinite : zero);
      continue;
    }
    result.a.push_back(a[i]);
    result.b.push_back(b[i]);
  }
  if (infinite > 0) result.trouble.push_back(fmt::format("{} pairs dropped: both infinite", infinite));
  if (zero > 0) result.trouble.push_back(fmt::format("{} pairs dropped: both zero", zero));
}

}  // namespace

ClaimPairs claim_pairs(const Claim& claim, const Report& report) {
  const SideCells a = usable_cells(claim, claim.a, report);
  const SideCells b = claim.b.is_number() ? SideCells{} : usable_cells(claim, claim.b, report);
  ClaimPairs result{{}, {}, a.trouble};
  result.trouble.insert(result.trouble.end(), b.trouble.begin(), b.trouble.end());
  for (const std::string& other : {other_threads(claim, a, b), other_limits(claim, report.header.limits)})
    if (!other.empty()) {
      result.trouble.push_back(other);
      return result;
    }
  if (!of_one_setup(a.cells, report.header) || !of_one_setup(b.cells, report.header)) {
    result.trouble.emplace_back("cells of several setups match: the claim has to name settings");
    return result;
  }
  if (!a.cells.empty() && !b.cells.empty()) {
    const std::string difference =
        unlike(claim, identity_of(report.header, *a.cells.front()), identity_of(report.header, *b.cells.front()));
    if (!difference.empty()) {
      result.trouble.push_back(fmt::format("the sides are different tasks: {}", difference));
      return result;
    }
  }
  const std::vector<CellPair> pairs = comparable(claim, report, a, b, result.trouble);
  const auto distinct = without_copies(claim, pairs);
  if (const std::string copies = copies_text(distinct.size(), pairs.size()); !copies.empty())
    result.trouble.push_back(copies);
  add_values(claim, distinct, result);
  return result;
}

}  // namespace physgrad
