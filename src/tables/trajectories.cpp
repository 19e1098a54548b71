#include "physgrad/tables/trajectories.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>

#include "physgrad/statistics/statistics.hpp"

namespace physgrad {
namespace {

bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

bool same_losses(const Losses& a, const Losses& b) {
  return same_number(a.train_loss, b.train_loss) && same_number(a.test_loss, b.test_loss) &&
         same_number(a.x_error, b.x_error);
}

/// A number at step 0, which equal trajectories share.
bool begins_at_start(const CellRecord& cell) {
  return !cell.curve.empty() && cell.curve.front().step == 0 && !std::isnan(cell.curve.front().losses.train_loss);
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

Trajectories distinct_trajectories(const std::vector<const CellRecord*>& cells) {
  // Cells that went one way began at one loss: only those of equal starts are compared, and what has no start with all.
  Trajectories result;
  std::map<double, std::vector<std::size_t>> by_start;
  std::vector<std::size_t> without_start;
  for (const CellRecord* cell : cells) {
    if (cell->curve.empty() && cell->seed_matters) {  // like no other
      result.push_back({cell});
      continue;
    }
    const auto fits = [&](std::size_t place) { return same_trajectory(*result[place].front(), *cell); };
    const auto find_in = [&](const std::vector<std::size_t>& places) {
      const auto found = std::ranges::find_if(places, fits);
      return found == places.end() ? result.size() : *found;
    };
    const bool has_start = begins_at_start(*cell);
    std::vector<std::size_t>& alike = has_start ? by_start[cell->curve.front().losses.train_loss] : without_start;
    std::size_t place = find_in(alike);
    if (place == result.size() && has_start) place = find_in(without_start);
    if (!has_start)
      for (std::size_t i = 0; i < result.size() && place == result.size(); ++i)
        if (fits(i)) place = i;
    if (place == result.size()) {
      result.emplace_back();
      alike.push_back(place);
    }
    result[place].push_back(cell);
  }
  return result;
}

std::vector<double> collect_distinct(const Trajectories& trajectories,
                                     const std::function<double(const CellRecord&)>& number) {
  std::vector<double> result;
  result.reserve(trajectories.size());
  for (const auto& copies : trajectories) {
    if (copies.size() == 1) {
      result.push_back(number(*copies.front()));
      continue;
    }
    std::vector<double> values;
    for (const CellRecord* cell : copies) values.push_back(number(*cell));
    result.push_back(quantile(std::move(values), 0.5));
  }
  return result;
}

}  // namespace physgrad
