// Families of methods: how often a member is the first, and performance profiles of their best members.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "physgrad/core/numbers.hpp"
#include "physgrad/tables/best.hpp"
#include "physgrad/tables/families.hpp"
#include "physgrad/tables/family_profiles.hpp"
#include "physgrad/tables/instances.hpp"
#include "physgrad/tables/profiles.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

constexpr double kMarkedRatios[] = {1, 2, 5, 10, 100};

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

Table first_table(const std::vector<ProblemGroup>& groups, const std::vector<std::string>& methods,
                  const std::vector<FamilyMembers>& families) {
  Table table{fmt::format("Families by the loss at the end ({})", catalogue_text(groups)), "families", {}, {}, {}};
  table.columns = {{"family", false}, {"methods"}, {"problems"}, {"alone first"}, {"may be first"}, {"members", false}};
  std::vector<FamiliesFirst> found;
  for (const ProblemGroup& group : groups) found.push_back(families_first(group));
  for (const FamilyMembers& each : families) {
    const auto count = [&](auto&& has) { return number_entry(static_cast<double>(std::ranges::count_if(found, has))); };
    std::string members;
    for (const std::size_t member : each.members) members += (members.empty() ? "" : ", ") + methods[member];
    table.rows.push_back({text_entry(each.family), number_entry(static_cast<double>(each.members.size())),
                          count([&](const FamiliesFirst& of) { return of.tried.contains(each.family); }),
                          count([&](const FamiliesFirst& of) { return of.alone == each.family; }),
                          count([&](const FamiliesFirst& of) { return of.unbeaten.contains(each.family); }),
                          text_entry(members)});
  }
  table.notes = trouble_notes(groups);
  table.notes.emplace_back(
      "problems: on which a member ran. alone first: on how many of them verdicts put every method of every other "
      "family behind some method; may be first: on how many they put some member behind none. Two members of one "
      "family need not be told apart for that.");
  if (std::string marks = mark_note(groups); marks.starts_with("No value")) table.notes.push_back(std::move(marks));
  return table;
}

Table family_profile_table(const std::vector<ProblemGroup>& groups, const std::vector<std::string>& methods,
                           const std::vector<FamilyMembers>& families, Abscissa abscissa) {
  const std::vector<Instance> instances = all_instances(groups);
  Table table;
  table.title = fmt::format("performance profiles of families by {}, shares of {} instances", to_text(abscissa),
                            instances.size());
  table.group = to_text(abscissa);
  table.columns = {{"family", false}, {"methods"}};
  for (const double tau : kMarkedRatios) table.columns.push_back({fmt::format("rho({})", tau)});
  table.columns.push_back({"rho(inf)"});
  const auto ratios = performance_ratios(instances, methods, abscissa);
  for (const FamilyMembers& each : families) {
    const std::vector<double> best = ratios_of_best(each, ratios);
    std::vector<Entry> line = {text_entry(each.family), number_entry(static_cast<double>(each.members.size()))};
    for (const double tau : kMarkedRatios) line.push_back(number_entry(share_within(best, tau)));
    line.push_back(number_entry(share_within(best, kInfinity)));
    table.rows.push_back(std::move(line));
  }
  return table;
}

}  // namespace

std::vector<Table> family_tables(const ReportSet& reports) {
  const std::vector<ProblemGroup>& groups = reports.comparable_groups();
  if (groups.empty()) return {};
  const std::vector<std::string> methods = all_methods(groups);
  const std::vector<FamilyMembers> families = families_in(methods);
  std::vector<Table> tables = {first_table(groups, methods, families)};
  for (const Abscissa abscissa : kAbscissae)
    if (knows(groups, abscissa)) tables.push_back(family_profile_table(groups, methods, families, abscissa));
  if (tables.size() > 1)
    tables.back().notes.push_back(
        fmt::format("rho(tau): as in profiles, by the best method of all families. {}", kFamilyNote));
  return tables;
}

}  // namespace physgrad
