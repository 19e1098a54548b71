#include "report/grouping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace physgrad {
namespace {

std::string with_sweep(const std::string& name, const std::string& sweep) {
  return sweep.empty() ? name : fmt::format("{} {}", name, sweep);
}

std::string row_text(const CellKey& key) { return with_sweep(key.method, key.method_sweep); }

/// Methods of which two reports hold the same cell: their rows carry the report's label.
std::set<std::string> clashing_methods(const std::vector<LabelledReport>& reports) {
  std::map<CellKey, int> holders;
  for (const LabelledReport& each : reports)
    for (const CellKey& key : each.report.header.planned) ++holders[key];
  std::set<std::string> result;
  for (const auto& [key, count] : holders)
    if (count > 1) result.insert(row_text(key));
  return result;
}

std::vector<std::string> unique_labels(const std::vector<LabelledReport>& reports) {
  std::vector<std::string> labels;
  for (const LabelledReport& each : reports) {
    std::string label = each.label;
    for (int i = 2; std::ranges::find(labels, label) != labels.end(); ++i) label = fmt::format("{}#{}", each.label, i);
    labels.push_back(label);
  }
  return labels;
}

template <typename Item>
Item& find_or_add(std::vector<Item>& items, std::string Item::*name, const std::string& wanted) {
  const auto found = std::ranges::find(items, wanted, name);
  if (found != items.end()) return *found;
  items.emplace_back();
  items.back().*name = wanted;
  return items.back();
}

void add_report(const Report& report, const std::function<std::string(const std::string&)>& row_name,
                std::vector<ProblemGroup>& groups) {
  const auto row = [&](const CellKey& key) -> MethodRow& {
    auto& rows = find_or_add(groups, &ProblemGroup::problem, with_sweep(key.problem, key.problem_sweep)).rows;
    return find_or_add(rows, &MethodRow::method, row_name(row_text(key)));
  };
  std::set<CellKey> ended;
  for (const CellRecord& cell : report.cells) ended.insert(key_of(cell));
  // Planned cells first, so that the order of rows does not depend on what has ended so far.
  for (const CellKey& key : report.header.planned)
    if (MethodRow& at = row(key); !ended.contains(key)) ++at.unfinished;
  for (const CellRecord& cell : report.cells) row(key_of(cell)).cells.push_back(&cell);
}

}  // namespace

int MethodRow::succeeded() const {
  return static_cast<int>(
      std::ranges::count_if(cells, [](const CellRecord* cell) { return physgrad::succeeded(*cell); }));
}

std::vector<const CellRecord*> MethodRow::tried() const {
  std::vector<const CellRecord*> result;
  std::ranges::copy_if(cells, std::back_inserter(result),
                       [](const CellRecord* cell) { return cell->status != Status::skipped; });
  return result;
}

std::vector<double> MethodRow::collect(const std::function<double(const CellRecord&)>& number) const {
  std::vector<double> result;
  for (const CellRecord* cell : tried()) result.push_back(number(*cell));
  return result;
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

std::vector<ProblemGroup> group_cells(const std::vector<LabelledReport>& reports) {
  const std::set<std::string> clashing = clashing_methods(reports);
  const std::vector<std::string> labels = unique_labels(reports);
  std::vector<ProblemGroup> groups;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const auto row_name = [&](const std::string& method) {
      return clashing.contains(method) ? fmt::format("{} ({})", method, labels[i]) : method;
    };
    add_report(reports[i].report, row_name, groups);
  }
  return groups;
}

std::string denominator_text(const ProblemGroup& group) {
  int planned = 0, unfinished = 0, good = 0;
  std::map<std::string, int> others;
  for (const MethodRow& row : group.rows) {
    planned += row.planned();
    unfinished += row.unfinished;
    good += row.succeeded();
    for (const CellRecord* cell : row.cells)
      if (!succeeded(*cell)) ++others[to_text(cell->status)];
  }
  std::string text = fmt::format("{} methods, {} cells planned: {} succeeded", group.rows.size(), planned, good);
  for (const auto& [status, count] : others) text += fmt::format(", {} {}", count, status);
  if (unfinished > 0) text += fmt::format(", {} unfinished", unfinished);
  return text;
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
