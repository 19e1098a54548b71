#include "physgrad/tables/measures.hpp"
#include "physgrad/core/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <map>

#include "physgrad/record/curve.hpp"
#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/trajectories.hpp"

namespace physgrad {
namespace {

TargetRecord target_of(const CellRecord& cell, double loss) {
  const auto found = std::ranges::find(cell.targets, loss, &TargetRecord::loss);
  return found != cell.targets.end() ? *found : targets_of_curve(cell.curve, {loss}).front();
}

/// Targets are reached at points of the curve; null in a report without those points.
const CurvePoint* point_at(const CellRecord& cell, double steps) {
  const auto at = std::ranges::find_if(
      cell.curve, [&](const CurvePoint& point) { return static_cast<double>(point.step) == steps; });
  return at != cell.curve.end() ? &*at : nullptr;
}

double samples_at(const CellRecord& cell, double steps) {
  const CurvePoint* point = point_at(cell, steps);
  return point != nullptr ? static_cast<double>(point->samples) : steps * static_cast<double>(cell.sizes.batch);
}

double calls_at(const CellRecord& cell, double steps) {
  const CurvePoint* point = point_at(cell, steps);
  return point != nullptr ? miss_if_absent(point->simulator_calls) : kInfinity;
}

}  // namespace

double final_value(const CellRecord& cell, double Losses::*which) {
  const bool lost =
      cell.status == Status::failed || cell.status == Status::out_of_memory || cell.status == Status::diverged;
  return lost ? kInfinity : miss_if_absent(cell.final.*which);
}

const char* to_text(Abscissa abscissa) {
  constexpr const char* names[] = {"seconds", "steps", "samples", "simulator calls"};
  return names[static_cast<std::size_t>(abscissa)];
}

double cost_to(const CellRecord& cell, double target, Abscissa abscissa) {
  const TargetRecord record = target_of(cell, target);
  if (std::isnan(record.seconds)) return kInfinity;
  if (record.steps == 0) return 0;  // the clock shows the fraction of a microsecond between two of its readings
  if (abscissa == Abscissa::seconds) return record.seconds;
  if (abscissa == Abscissa::steps) return record.steps;
  return abscissa == Abscissa::samples ? samples_at(cell, record.steps) : calls_at(cell, record.steps);
}

double seconds_spent(const CellRecord& cell, double target) {
  if (const double seconds = cost_to(cell, target, Abscissa::seconds); std::isfinite(seconds)) return seconds;
  if (!std::isnan(cell.time.train_seconds)) return cell.time.train_seconds;
  return cell.curve.empty() ? 0 : cell.curve.back().seconds;
}

double expected_running_time(const std::vector<const CellRecord*>& cells, double target) {
  if (cells.empty()) return kAbsent;
  double spent = 0;
  int successes = 0;
  for (const CellRecord* cell : cells) {
    spent += seconds_spent(*cell, target);
    if (std::isfinite(cost_to(*cell, target, Abscissa::seconds))) ++successes;
  }
  return successes == 0 ? kInfinity : spent / successes;
}

bool knows(const std::vector<ProblemGroup>& groups, Abscissa abscissa) {
  if (abscissa != Abscissa::simulator_calls) return true;
  for (const ProblemGroup& group : groups)
    for (const MethodRow& row : group.rows)
      for (const CellRecord* cell : row.cells)
        if (!cell->curve.empty() && !std::isnan(cell->curve.back().simulator_calls)) return true;
  return false;
}

std::vector<double> log_marks(double low, double high) {
  std::vector<double> marks;
  if (!(low > 0 && low <= high) || !std::isfinite(high)) return marks;  // no points at all, or edited ones
  const int last = static_cast<int>(std::floor(std::log10(high))) + 1;
  for (int power = static_cast<int>(std::floor(std::log10(low))); power <= last; ++power)
    for (const double digit : {1.0, 3.0}) {
      // Parsing gives the double that the mark's text means; a product would be off by an ulp.
      const double mark = std::strtod(fmt::format("{}e{}", digit, power).c_str(), nullptr);
      if (mark >= low && mark <= high) marks.push_back(mark);
    }
  return marks;
}

bool met_at_start(const CellRecord& cell, double target) {
  if (cell.initial.train_loss <= target) return true;
  return !cell.curve.empty() && cell.curve.front().step == 0 && cell.curve.front().losses.train_loss <= target;
}

double processor_share(const CellRecord& cell) {
  if (!std::isnan(cell.processor_share)) return cell.processor_share;
  return cell.time.wall_seconds > 0 ? cell.time.cpu_seconds / cell.time.wall_seconds : kAbsent;
}

bool times_hold(const CellRecord& cell) {
  return cell.timing_valid && !cell.disturbed && !(processor_share(cell) < kFewestShare);
}

bool end_holds(const CellRecord& cell) { return cell.status != Status::time_budget || times_hold(cell); }

TimedCells timed_cells(const std::vector<const CellRecord*>& tried) {
  TimedCells result;
  std::ranges::copy_if(tried, std::back_inserter(result.cells),
                       [](const CellRecord* cell) { return times_hold(*cell); });
  result.hold = !result.cells.empty() || tried.empty();
  if (!result.hold) result.cells = tried;
  result.left_out = tried.size() - result.cells.size();
  result.trajectories = distinct_trajectories(result.cells);
  return result;
}

TimedCells timed_cells(const MethodRow& row) {
  const auto holding = std::ranges::count_if(row.tried(), [](const CellRecord* cell) { return times_hold(*cell); });
  if (holding > 0 && holding < std::ssize(row.tried())) return timed_cells(row.tried());
  return {row.tried(), row.distinct(), holding > 0 || row.tried().empty(), 0};
}

TimedCells tried_cells(const MethodRow& row) { return {row.tried(), row.distinct()}; }

double TimedCells::median(const std::function<double(const CellRecord&)>& number) const {
  return quantile(collect_distinct(trajectories, number), 0.5);
}

double TimedCells::smallest_share() const {
  double smallest = kAbsent;
  for (const CellRecord* cell : cells) smallest = std::fmin(smallest, processor_share(*cell));
  return smallest;
}

Entry signed_entry(Entry entry, const TimedCells& cells) {
  if (!cells.hold && !std::isnan(entry.value)) entry.text = kDisturbedSign + entry.text;
  return entry;
}

double tuning_of(const std::vector<const CellRecord*>& cells, const std::vector<LabelledReport>& reports) {
  for (const CellRecord* cell : cells)
    for (const LabelledReport& each : reports)
      if (const double seconds = tuning_seconds(each.report.header, cell->key); !std::isnan(seconds)) return seconds;
  return kAbsent;
}

std::vector<std::string> joined_notes(const std::vector<std::pair<std::string, std::string>>& said) {
  std::vector<std::string> names;
  std::map<std::string, std::size_t> places;
  for (const auto& [name, text] : said) {
    const auto [place, first] = places.try_emplace(text, names.size());
    if (first)
      names.push_back(name);
    else
      names[place->second] += ", " + name;
  }
  std::vector<std::string> notes(names.size());
  for (const auto& [text, place] : places) notes[place] = names[place] + ": " + text;
  return notes;
}

std::vector<std::string> timing_notes(const ProblemGroup& group) {
  std::vector<std::pair<std::string, std::string>> said;
  double smallest = kAbsent;
  for (const MethodRow& row : group.rows) {
    const std::vector<const CellRecord*>& tried = row.tried();
    const TimedCells timed = timed_cells(row);
    if (timed.hold) smallest = std::fmin(smallest, timed.smallest_share());
    const auto count = [&](auto which) { return static_cast<std::size_t>(std::ranges::count_if(tried, which)); };
    const std::size_t beside = count([](const CellRecord* cell) { return !cell->timing_valid; });
    const std::size_t disturbed =
        count([](const CellRecord* cell) { return cell->timing_valid && !times_hold(*cell); });
    if (beside + disturbed == 0) continue;
    std::string why;
    if (beside > 0) why = fmt::format("{} measured beside other cells", beside);
    if (disturbed > 0) why += fmt::format("{}{} disturbed", why.empty() ? "" : ", ", disturbed);
    said.emplace_back(
        row.method, fmt::format("the times of {} of {} cells are not valid ({}): {}", beside + disturbed, tried.size(),
                                why, timed.hold ? "left out" : fmt::format("shown with {}", kDisturbedSign)));
  }
  std::vector<std::string> notes = joined_notes(said);
  if (!notes.empty() && !std::isnan(smallest))
    notes.push_back(fmt::format("smallest processor share of the times that are shown without {}: {:.3g}",
                                kDisturbedSign, smallest));
  return notes;
}

}  // namespace physgrad
