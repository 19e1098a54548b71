#include "physgrad/tables/grouping.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace physgrad {
namespace {

constexpr std::size_t kSeedRanges = 4;  ///< that are listed at most

}  // namespace

int MethodRow::succeeded() const {
  return static_cast<int>(
      std::ranges::count_if(cells, [](const CellRecord* cell) { return physgrad::succeeded(*cell); }));
}

void MethodRow::complete() {
  tried_.clear();
  std::ranges::copy_if(cells, std::back_inserter(tried_),
                       [](const CellRecord* cell) { return cell->status != Status::skipped; });
  distinct_ = distinct_trajectories(tried_);
}

std::vector<double> MethodRow::collect(const std::function<double(const CellRecord&)>& number) const {
  return collect_distinct(distinct_, number);
}

std::vector<double> ProblemGroup::targets() const {
  std::vector<double> result;
  for (const MethodRow& row : rows)
    for (const CellRecord* cell : row.cells)
      for (const TargetRecord& target : cell->targets)
        if (!std::isnan(target.loss)) result.push_back(target.loss);  // which has no place in an order
  std::ranges::sort(result, std::greater<>());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

bool one_clock(const ProblemGroup& group) {
  return std::ranges::all_of(group.rows, [&](const MethodRow& row) { return row.clock == group.rows.front().clock; });
}

std::vector<ProblemGroup> split_by_clock(const ProblemGroup& group) {
  if (one_clock(group)) return {group};
  std::vector<ProblemGroup> parts;
  std::vector<std::string> clocks;
  for (const MethodRow& row : group.rows) {
    const auto at = static_cast<std::size_t>(std::ranges::find(clocks, row.clock) - clocks.begin());
    if (at == clocks.size()) {
      clocks.push_back(row.clock);
      parts.push_back({fmt::format("{} ({})", group.problem, row.clock_label), {}, group.name, group.use_key});
    }
    ProblemGroup& part = parts[at];
    part.rows.push_back(row);
    part.rows.back().method = row.untimed;
  }
  return parts;
}

std::string cells_text(const MethodRow& row) {
  std::string text = fmt::format("{}/{}", row.succeeded(), row.planned());
  if (const std::size_t distinct = row.distinct().size(); distinct < row.tried().size())
    text += fmt::format(", {} distinct", distinct);
  return text;
}

std::string seeds_text(std::vector<std::uint64_t> seeds) {
  std::ranges::sort(seeds);
  seeds.erase(std::unique(seeds.begin(), seeds.end()), seeds.end());
  if (seeds.empty()) return "no seeds";
  std::vector<std::string> ranges;
  for (std::size_t first = 0, next = 0; first < seeds.size() && ranges.size() <= kSeedRanges; first = next) {
    for (next = first + 1; next < seeds.size() && seeds[next] == seeds[next - 1] + 1;) ++next;
    ranges.push_back(next == first + 1 ? fmt::format("{}", seeds[first])
                                       : fmt::format("{}-{}", seeds[first], seeds[next - 1]));
  }
  const std::string count = fmt::format("{} seed{}", seeds.size(), seeds.size() == 1 ? "" : "s");
  if (ranges.size() > kSeedRanges) return fmt::format("{} from {} to {}", count, seeds.front(), seeds.back());
  return fmt::format("{} ({})", count, fmt::join(ranges, ", "));
}

std::string cells_text(const std::vector<const MethodRow*>& rows) {
  int planned = 0, unfinished = 0, good = 0;
  std::vector<std::uint64_t> seeds;
  std::map<std::string, int> others;
  for (const MethodRow* row : rows) {
    planned += row->planned();
    unfinished += row->unfinished;
    good += row->succeeded();
    seeds.insert(seeds.end(), row->seeds.begin(), row->seeds.end());
    for (const CellRecord* cell : row->cells)
      if (!succeeded(*cell)) ++others[to_text(cell->status)];
  }
  std::string text = fmt::format("{}, {} cells planned: {} succeeded", seeds_text(std::move(seeds)), planned, good);
  for (const auto& [status, count] : others) text += fmt::format(", {} {}", count, status);
  if (unfinished > 0) text += fmt::format(", {} unfinished", unfinished);
  return text;
}

std::string denominator_text(const ProblemGroup& group) {
  std::vector<const MethodRow*> rows;
  for (const MethodRow& row : group.rows) rows.push_back(&row);
  return fmt::format("{} methods, {}", rows.size(), cells_text(rows));
}

std::vector<std::string> trouble_notes(const ProblemGroup& group) {
  std::vector<std::string> notes;
  for (const MethodRow& row : group.rows) {
    std::map<std::string, std::pair<int, std::string>> kinds;
    for (const CellRecord* cell : row.cells) {
      if (succeeded(*cell)) continue;
      auto& [count, reason] = kinds[to_text(cell->status)];
      if (++count == 1) reason = cell->reason;
    }
    for (const auto& [status, kind] : kinds)
      notes.push_back(fmt::format("{}: {} of {} {}{}{}", row.method, kind.first, row.planned(), status,
                                  kind.second.empty() ? "" : ": ", kind.second));
    if (row.unfinished > 0)
      notes.push_back(fmt::format("{}: {} of {} unfinished", row.method, row.unfinished, row.planned()));
    const std::size_t tried = row.tried().size(), distinct = row.distinct().size();
    if (distinct < tried)
      notes.push_back(fmt::format("{}: the seed changes {}: {} cells, {} distinct; copies count once", row.method,
                                  distinct == 1 ? "nothing" : "little", tried, distinct));
  }
  return notes;
}

std::vector<std::string> trouble_notes(const std::vector<ProblemGroup>& groups) {
  std::vector<std::string> notes;
  for (const ProblemGroup& group : groups)
    for (const std::string& note : trouble_notes(group)) notes.push_back(fmt::format("{}: {}", group.problem, note));
  return notes;
}

}  // namespace physgrad
