#include "physgrad/tables/instances.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace physgrad {

const MethodRow* Instance::row(const std::string& method) const {
  const auto found = std::ranges::find(group->rows, method, &MethodRow::method);
  return found == group->rows.end() ? nullptr : &*found;
}

std::vector<const CellRecord*> Instance::cells(const std::string& method) const {
  const MethodRow* found = row(method);
  return found == nullptr ? std::vector<const CellRecord*>{} : found->tried();
}

bool is_open(const ProblemGroup& group, double target) {
  return std::ranges::any_of(group.rows, [&](const MethodRow& row) {
    return std::ranges::any_of(row.tried(), [&](const CellRecord* cell) { return !met_at_start(*cell, target); });
  });
}

double open_cost(const CellRecord& cell, double target, Abscissa abscissa) {
  return met_at_start(cell, target) ? kAbsent : cost_to(cell, target, abscissa);
}

std::optional<double> contested_target(const ProblemGroup& group) {
  std::optional<double> hardest;
  for (const double target : group.targets()) {  // largest first
    std::size_t tried = 0, reached = 0;
    for (const MethodRow& row : group.rows)
      for (const auto& copies : row.distinct()) {
        if (met_at_start(*copies.front(), target)) continue;
        ++tried;
        if (std::isfinite(cost_to(*copies.front(), target, Abscissa::seconds))) ++reached;
      }
    if (tried > 0 && 2 * reached >= tried) hardest = target;
  }
  return hardest;
}

std::vector<Instance> all_instances(const std::vector<ProblemGroup>& groups) {
  std::vector<Instance> result;
  for (const ProblemGroup& group : groups)
    for (const double target : group.targets())
      if (is_open(group, target)) result.push_back({&group, target});
  return result;
}

std::vector<std::string> all_methods(const std::vector<ProblemGroup>& groups) {
  std::vector<std::string> result;
  for (const ProblemGroup& group : groups)
    for (const MethodRow& row : group.rows)
      if (std::ranges::find(result, row.method) == result.end()) result.push_back(row.method);
  return result;
}

std::string catalogue_text(const std::vector<ProblemGroup>& groups) {
  std::vector<const MethodRow*> rows;
  for (const ProblemGroup& group : groups)
    for (const MethodRow& row : group.rows) rows.push_back(&row);
  return fmt::format("{} problem{}, {}", groups.size(), groups.size() == 1 ? "" : "s", cells_text(rows));
}

}  // namespace physgrad
