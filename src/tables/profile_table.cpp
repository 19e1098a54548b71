// Performance profiles at marked ratios.
#include <fmt/format.h>

#include <algorithm>

#include "physgrad/core/numbers.hpp"
#include "physgrad/tables/instances.hpp"
#include "physgrad/tables/profiles.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

constexpr double kTaus[] = {1, 1.5, 2, 3, 5, 10, 30, 100};

Table profile_table(const std::vector<ProblemGroup>& groups, Abscissa abscissa, bool by_family) {
  const std::vector<Instance> instances = all_instances(groups);
  const std::vector<std::string> methods = all_methods(groups);
  Table table;
  table.title =
      fmt::format("performance profiles{} by {}, shares of {} instances ({})", by_family ? " of families" : "",
                  to_text(abscissa), instances.size(), catalogue_text(groups));
  table.group = to_text(abscissa);
  table.columns = {{by_family ? "family" : "method", false}, {"tried"}};
  for (const double tau : kTaus) table.columns.push_back({fmt::format("rho({})", tau)});
  table.columns.push_back({"rho(inf)"});
  const auto add = [&](const std::vector<Profile>& profiles) {
    for (const Profile& profile : profiles) {
      std::vector<Entry> line = {text_entry(profile.label),
                                 text_entry(fmt::format("{}/{}", profile.tried, instances.size()))};
      for (const double tau : kTaus) line.push_back(number_entry(share_within(profile.ratios, tau)));
      line.push_back(number_entry(share_within(profile.ratios, kInfinity)));
      table.rows.push_back(std::move(line));
    }
  };
  if (!by_family) add(method_profiles(instances, abscissa, methods));
  for (const Member member : {Member::cheapest, Member::median})
    if (by_family) add(family_profiles(instances, abscissa, methods, member));
  return table;
}

}  // namespace

std::vector<Table> profile_tables(const ReportSet& reports, bool by_family) {
  const std::vector<ProblemGroup>& groups = reports.comparable_groups();
  std::vector<Table> tables;
  if (groups.empty()) return tables;
  for (const Abscissa abscissa : kAbscissae)
    if (knows(groups, abscissa)) tables.push_back(profile_table(groups, abscissa, by_family));
  tables.front().notes = trouble_notes(groups);
  for (const ProblemGroup& group : groups)
    for (const std::string& note : timing_notes(group))
      tables.front().notes.push_back(fmt::format("{}: {}", group.problem, note));
  tables.back().notes.emplace_back(
      "rho(tau): share of all (problem, target) instances on which the median over seeds is at most tau times the best "
      "method's; rho(inf): on which it is finite. Instances that a method missed, cannot run on or has not begun "
      "(tried) "
      "count against it, and so do those that nobody reached. Profiles compare with the best of this set of methods: "
      "another set can order the same two methods otherwise.");
  if (by_family) tables.back().notes.emplace_back(kFamilyNote);
  return tables;
}

}  // namespace physgrad
