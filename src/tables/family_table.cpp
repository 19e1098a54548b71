// Families of methods: on how many problems verdicts leave their members as the first.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "physgrad/tables/best.hpp"
#include "physgrad/tables/families.hpp"
#include "physgrad/tables/instances.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

/// What verdicts say of one problem, by family.
struct FamiliesFirst {
  std::set<std::string> tried, unbeaten;
  std::string alone;  ///< the only family with an unbeaten member, where every other row is behind one
};

FamiliesFirst families_first(const ProblemGroup& group) {
  const Quantity loss{[](const CellRecord& cell) { return final_value(cell, &Losses::train_loss); }, false,
                      [](const CellRecord& cell) { return cell.initial.train_loss; }};
  const std::vector<RowVerdict> verdicts = row_verdicts(group, loss);
  std::set<std::string> open;  // who is not behind anybody, whether it could be the best or not
  const std::vector<RankInterval> intervals = rank_intervals(group, verdicts);
  FamiliesFirst result;
  for (std::size_t i = 0; i < group.rows.size(); ++i) {
    if (group.rows[i].tried().empty()) continue;
    result.tried.insert(family_of(group.rows[i].name));
    if (intervals[i].low == 1) open.insert(family_of(group.rows[i].name));
  }
  for (const std::size_t row : standings(group, loss, verdicts).unbeaten)
    result.unbeaten.insert(family_of(group.rows[row].name));
  if (result.tried.size() > 1 && open.size() == 1 && result.unbeaten == open) result.alone = *open.begin();
  return result;
}

Table first_table(const std::vector<ProblemGroup>& groups, const std::vector<std::string>& methods) {
  Table table{fmt::format("Families by the loss at the end ({})", catalogue_text(groups)), "families", {}, {}, {}};
  table.columns = {{"family", false}, {"methods"}, {"problems"}, {"alone first"}, {"may be first"}, {"members", false}};
  std::vector<FamiliesFirst> found;
  for (const ProblemGroup& group : groups) found.push_back(families_first(group));
  std::vector<std::pair<std::string, std::vector<std::string>>> families;
  for (const std::string& method : methods) {
    const std::string family = family_of(method);
    auto own = std::ranges::find(families, family, [](const auto& each) { return each.first; });
    if (own == families.end()) own = families.insert(own, {family, {}});
    own->second.push_back(method);
  }
  for (const auto& [family, members] : families) {
    const auto count = [&, name = family](bool (*has)(const FamiliesFirst&, const std::string&)) {
      return number_entry(static_cast<double>(
          std::ranges::count_if(found, [&](const FamiliesFirst& each) { return has(each, name); })));
    };
    table.rows.push_back(
        {text_entry(family), number_entry(static_cast<double>(members.size())),
         count([](const FamiliesFirst& of, const std::string& name) { return of.tried.contains(name); }),
         count([](const FamiliesFirst& of, const std::string& name) { return of.alone == name; }),
         count([](const FamiliesFirst& of, const std::string& name) { return of.unbeaten.contains(name); }),
         text_entry(fmt::format("{}", fmt::join(members, ", ")))});
  }
  table.notes = trouble_notes(groups);
  table.notes.emplace_back(
      "problems: on which a member ran. alone first: on how many of them verdicts put every method of every other "
      "family behind some method; may be first: on how many they put some member behind none. Two members of one "
      "family need not be told apart for that.");
  if (std::string marks = mark_note(groups); marks.starts_with("No value")) table.notes.push_back(std::move(marks));
  return table;
}

}  // namespace

std::vector<Table> family_tables(const ReportSet& reports) {
  const std::vector<ProblemGroup>& groups = reports.comparable_groups();
  if (groups.empty()) return {};
  return {first_table(groups, all_methods(groups))};
}

}  // namespace physgrad
