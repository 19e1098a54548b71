#include "physgrad/tables/report_set.hpp"

#include <algorithm>
#include <iterator>

namespace physgrad {

const std::vector<ProblemGroup>& ReportSet::groups() const {
  std::call_once(grouped_, [this] { groups_ = group_cells(*reports_); });
  return groups_;
}

const std::vector<ProblemGroup>& ReportSet::comparable_groups() const {
  std::call_once(compared_, [this] {
    for (const ProblemGroup& group : groups())
      std::ranges::move(split_by_clock(group), std::back_inserter(comparable_));
  });
  return comparable_;
}

}  // namespace physgrad
