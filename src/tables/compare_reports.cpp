#include "physgrad/tables/compare_reports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <set>
#include <utility>

#include "physgrad/statistics/paired_comparison.hpp"
#include "physgrad/tables/instances.hpp"
#include "physgrad/tables/inventory.hpp"
#include "physgrad/tables/matching.hpp"
#include "physgrad/tables/measures.hpp"
#include "physgrad/tables/paired_rows.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

/// One number of cells, and when two of it may be set against each other.
struct NumberOfCells {
  Aspect aspect;
  std::string quantity;
  double unit;
  std::function<double(const CellRecord&)> read;

  [[nodiscard]] bool is_loss() const { return aspect == Aspect::training_loss || aspect == Aspect::test_loss; }
  [[nodiscard]] bool is_time() const { return aspect == Aspect::target_time || aspect == Aspect::step_time; }
  [[nodiscard]] bool is_memory() const { return aspect == Aspect::heap || aspect == Aspect::predicted_memory; }
  [[nodiscard]] bool holds(const CellRecord& cell) const {
    return is_loss() ? end_holds(cell) : !is_time() || times_hold(cell);
  }
};

/// A loss that nothing was measured of is absent; one that was lost with its cell is infinite.
double end_loss(const CellRecord& cell, double Losses::*which) {
  return succeeded(cell) && std::isnan(cell.final.*which) ? kAbsent : final_value(cell, which);
}

std::set<double, std::greater<>> targets_in(const SetupMatch& setup) {
  std::set<double, std::greater<>> result;
  for (const CellMatch& match : setup.cells)
    for (const CellRecord* cell : {match.record_a(), match.record_b()})
      for (std::size_t i = 0; cell != nullptr && i < cell->targets.size(); ++i)
        if (!std::isnan(cell->targets[i].loss)) result.insert(cell->targets[i].loss);
  return result;
}

std::vector<NumberOfCells> numbers_of(const SetupMatch& setup) {
  bool mean = true;  // older reports know the median alone
  for (const CellMatch& match : setup.cells)
    for (const CellRecord* cell : {match.record_a(), match.record_b()})
      mean &= cell == nullptr || std::isnan(cell->time.step_median) || !std::isnan(cell->time.step_mean);
  std::vector<NumberOfCells> numbers = {
      {Aspect::training_loss, "final training loss", 1, [](const auto& c) { return end_loss(c, &Losses::train_loss); }},
      {Aspect::test_loss, "final test loss", 1, [](const auto& c) { return end_loss(c, &Losses::test_loss); }}};
  for (const double target : targets_in(setup))
    numbers.push_back({Aspect::target_time, fmt::format("time to {:.3g} [s]", target), 1,
                       [target](const auto& cell) { return open_cost(cell, target, Abscissa::seconds); }});
  numbers.push_back({Aspect::step_time, mean ? "mean step [ms]" : "median step [ms]", 1e-3,
                     [mean](const auto& cell) { return mean ? cell.time.step_mean : cell.time.step_median; }});
  numbers.push_back({Aspect::heap, "peak heap [MB]", 1e6, [](const auto& c) { return c.memory.peak_heap_bytes; }});
  numbers.push_back(
      {Aspect::predicted_memory, "predicted memory [MB]", 1e6, [](const auto& c) { return c.memory.predicted_bytes; }});
  return numbers;
}

/// The pairs of a setup whose cells were tried in both, copies together.
struct SetupPairs {
  std::vector<std::vector<CellPair>> distinct;
  std::vector<std::vector<CellPair>> all;   ///< each alone: of a time, copies are repetitions
  std::set<const CellRecord*> one_machine;  ///< cells of A whose partner is of their machine
  bool budgeted = false;                    ///< what is reached depends on the machine
};

SetupPairs pairs_of(const SetupMatch& setup) {
  SetupPairs result;
  std::vector<const CellRecord*> a, b;
  for (const CellMatch& match : setup.cells) {
    const CellRecord *of_a = match.record_a(), *of_b = match.record_b();
    if (of_a == nullptr || of_b == nullptr) continue;
    if (of_a->status == Status::skipped || of_b->status == Status::skipped) continue;
    a.push_back(of_a);
    b.push_back(of_b);
    result.all.push_back({{of_a, of_b}});
    if (match.one_machine) result.one_machine.insert(of_a);
    result.budgeted |= match.a->identity->budgeted || match.b->identity->budgeted;
  }
  result.distinct = distinct_pairs(a, b);
  return result;
}

constexpr double kFewBytes = 1024, kSmallShare = 1e-3;

/// Names and texts of settings lie on the heap as well.
bool equal_memory(double a, double b) { return std::abs(a - b) <= std::max(kFewBytes, kSmallShare * a); }

/// Where both stopped because they had reached their last target, neither did worse.
double ratio_of(const NumberOfCells& number, const CellRecord& a, const CellRecord& b) {
  const double of_a = number.read(a), of_b = number.read(b);
  if (std::isnan(of_a) || std::isnan(of_b)) return kAbsent;
  const bool stopped = a.status == Status::target_reached && b.status == Status::target_reached;
  if (number.is_memory() && equal_memory(of_a, of_b)) return 0;
  return number.is_loss() && stopped ? 0 : log_ratio(of_b, of_a);
}

/// What was found in the pairs of one setup. `shown` are all pairs that have the number.
struct FoundPairs {
  std::vector<double> ratios, a, b, shown_ratios, shown_a, shown_b;
  std::size_t machines = 0, disturbed = 0;
};

double median_of(const std::vector<CellPair>& pairs, const std::function<double(const CellPair&)>& number) {
  std::vector<double> values;
  for (const CellPair& pair : pairs) values.push_back(number(pair));
  return quantile(std::move(values), 0.5);
}

void enter_copies(const NumberOfCells& number, const std::vector<CellPair>& pairs, std::vector<double>& ratios,
                  std::vector<double>& a, std::vector<double>& b) {
  if (pairs.empty()) return;
  const auto ratio = [&](const CellPair& pair) { return ratio_of(number, *pair.first, *pair.second); };
  ratios.push_back(pairs.size() == 1 ? ratio(pairs.front()) : median_of(pairs, ratio));
  a.push_back(median_of(pairs, [&](const CellPair& pair) { return number.read(*pair.first); }));
  b.push_back(median_of(pairs, [&](const CellPair& pair) { return number.read(*pair.second); }));
}

FoundPairs find_pairs(const NumberOfCells& number, const SetupPairs& pairs) {
  const bool of_machine = number.is_time() || (number.is_loss() && pairs.budgeted);
  FoundPairs found;
  for (const std::vector<CellPair>& copies : number.is_time() ? pairs.all : pairs.distinct) {
    std::vector<CellPair> known, comparable;
    for (const CellPair& pair : copies) {
      if (std::isnan(ratio_of(number, *pair.first, *pair.second))) continue;
      known.push_back(pair);
      if (of_machine && !pairs.one_machine.contains(pair.first))
        ++found.machines;
      else if (!number.holds(*pair.first) || !number.holds(*pair.second))
        ++found.disturbed;
      else
        comparable.push_back(pair);
    }
    enter_copies(number, comparable, found.ratios, found.a, found.b);
    enter_copies(number, known, found.shown_ratios, found.shown_a, found.shown_b);
  }
  return found;
}

bool needs_one_task(const NumberOfCells& number) { return number.is_loss() || number.aspect == Aspect::target_time; }

Comparison compare_number(const NumberOfCells& number, const SetupMatch& setup, const FoundPairs& found) {
  Comparison result;
  result.group = setup.problem;
  result.name = setup.method;
  result.aspect = number.aspect;
  result.quantity = number.quantity;
  result.unit = number.unit;
  result.left_out = found.machines + found.disturbed;
  if (!setup.one_task && (needs_one_task(number) || !setup.one_number_of_threads))
    result.obstacle = "another task";
  else if (found.ratios.empty())
    result.obstacle = found.machines > 0 ? "another machine" : "disturbed";
  const bool compared = result.obstacle.empty();
  result.a = quantile(compared ? found.a : found.shown_a, 0.5);
  result.b = quantile(compared ? found.b : found.shown_b, 0.5);
  if (compared) {
    enter_pairs(found.ratios, result);
    return result;
  }
  result.log_ratio.median = compare_pairs(found.shown_ratios).log_ratio.median;
  result.signed_times = found.machines == 0 && found.ratios.empty();
  return result;
}

}  // namespace

ComparedVersions compare_reports(LabelledReport a, LabelledReport b) {
  std::vector<LabelledReport> reports;
  reports.push_back(std::move(a));
  reports.push_back(std::move(b));
  const std::vector<PlannedCell> cells = planned_cells(reports);
  const std::vector<SetupMatch> setups = match_setups(cells);
  ComparedVersions versions;
  for (const SetupMatch& setup : setups) {
    const SetupPairs pairs = pairs_of(setup);
    if (pairs.distinct.empty()) continue;
    for (const NumberOfCells& number : numbers_of(setup))
      if (const FoundPairs found = find_pairs(number, pairs); !found.shown_ratios.empty())
        versions.single.push_back(compare_number(number, setup, found));
  }
  versions.machines = machine_differences(cells);
  take_inventory(setups, versions);
  for (std::size_t i = 0; i < reports.size(); ++i)
    versions.sources.push_back(
        fmt::format("{}: {}; {}", i == 0 ? "A" : "B", reports[i].label, provenance_line(reports[i].report.header)));
  decide_together(versions);
  return versions;
}

}  // namespace physgrad
