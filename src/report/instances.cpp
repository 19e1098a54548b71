#include "report/instances.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace physgrad {

std::vector<const CellRecord*> Instance::cells(const std::string& method) const {
  const auto row = std::ranges::find(group->rows, method, &MethodRow::method);
  return row == group->rows.end() ? std::vector<const CellRecord*>{} : row->tried();
}

std::vector<Instance> all_instances(const std::vector<ProblemGroup>& groups) {
  std::vector<Instance> result;
  for (const ProblemGroup& group : groups) {
    const bool tried = std::ranges::any_of(group.rows, [](const MethodRow& row) { return !row.tried().empty(); });
    if (!tried) continue;
    for (const double target : group.targets()) result.push_back({&group, target});
  }
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
  int planned = 0, unfinished = 0;
  for (const ProblemGroup& group : groups)
    for (const MethodRow& row : group.rows) {
      planned += row.planned();
      unfinished += row.unfinished;
    }
  std::string text = fmt::format("{} problems, {} cells planned", groups.size(), planned);
  if (unfinished > 0) text += fmt::format(", {} unfinished", unfinished);
  return text;
}

}  // namespace physgrad
