#include "physgrad/tables/trajectories.hpp"

#include <algorithm>
#include <cmath>

#include "physgrad/statistics/statistics.hpp"

namespace physgrad {
namespace {

bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

bool same_losses(const Losses& a, const Losses& b) {
  return same_number(a.train_loss, b.train_loss) && same_number(a.test_loss, b.test_loss) &&
         same_number(a.x_error, b.x_error);
}

}  // namespace

bool same_trajectory(const CellRecord& a, const CellRecord& b) {
  const bool hashed = !a.task_id.empty() && !b.task_id.empty();
  long last_common = 0;
  for (std::size_t i = 0, j = 0; i < a.curve.size() && j < b.curve.size();) {
    const CurvePoint &of_a = a.curve[i], &of_b = b.curve[j];
    if (of_a.step == of_b.step) {
      if (!same_losses(of_a.losses, of_b.losses) || (hashed && of_a.hash != of_b.hash)) return false;
      last_common = of_a.step;
    }
    i += of_a.step <= of_b.step ? 1 : 0;
    j += of_b.step <= of_a.step ? 1 : 0;
  }
  if (last_common > 0) return true;
  return !a.seed_matters && !b.seed_matters && a.status == b.status;
}

std::vector<std::vector<const CellRecord*>> distinct_trajectories(const std::vector<const CellRecord*>& cells) {
  std::vector<std::vector<const CellRecord*>> result;
  for (const CellRecord* cell : cells) {
    const auto found = std::ranges::find_if(
        result, [&](const std::vector<const CellRecord*>& each) { return same_trajectory(*each.front(), *cell); });
    if (found != result.end())
      found->push_back(cell);
    else
      result.push_back({cell});
  }
  return result;
}

std::vector<double> collect_distinct(const std::vector<const CellRecord*>& cells,
                                     const std::function<double(const CellRecord&)>& number) {
  std::vector<double> result;
  for (const auto& copies : distinct_trajectories(cells)) {
    std::vector<double> values;
    for (const CellRecord* cell : copies) values.push_back(number(*cell));
    result.push_back(quantile(std::move(values), 0.5));
  }
  return result;
}

}  // namespace physgrad
