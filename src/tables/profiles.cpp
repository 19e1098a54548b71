#include "physgrad/tables/profiles.hpp"

#include <algorithm>
#include <cmath>

#include "physgrad/core/numbers.hpp"
#include "physgrad/statistics/statistics.hpp"

namespace physgrad {
namespace {

/// The median over seeds, and infinite where the method has no cells.
double typical_cost(const Instance& instance, const std::string& method, Abscissa abscissa) {
  const MethodRow* row = instance.row(method);
  if (row == nullptr) return kInfinity;
  std::vector<double> costs =
      row->collect([&](const CellRecord& cell) { return open_cost(cell, instance.target, abscissa); });
  return miss_if_absent(quantile(std::move(costs), 0.5));
}

/// Infinite where the method missed, which is so for all where every one did.
double ratio_to_best(double cost, double best) {
  if (std::isinf(cost)) return kInfinity;
  return cost == best ? 1 : cost / best;
}

}  // namespace

std::vector<std::vector<double>> performance_ratios(const std::vector<Instance>& instances,
                                                    const std::vector<std::string>& methods, Abscissa abscissa) {
  std::vector<std::vector<double>> ratios(methods.size());
  for (const Instance& instance : instances) {
    std::vector<double> costs;
    for (const std::string& method : methods) costs.push_back(typical_cost(instance, method, abscissa));
    const double best = *std::ranges::min_element(costs);
    for (std::size_t m = 0; m < methods.size(); ++m) ratios[m].push_back(ratio_to_best(costs[m], best));
  }
  return ratios;
}

double share_within(const std::vector<double>& ratios, double tau) {
  if (ratios.empty()) return kAbsent;
  const auto within = std::ranges::count_if(ratios, [&](double ratio) { return std::isfinite(ratio) && ratio <= tau; });
  return static_cast<double>(within) / static_cast<double>(ratios.size());
}

}  // namespace physgrad
