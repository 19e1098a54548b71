// What a number of uses costs in all: training and inference against solving every instance anew.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "physgrad/tables/break_even_costs.hpp"
#include "physgrad/tables/families.hpp"
#include "physgrad/tables/figure_text.hpp"
#include "physgrad/tables/figures.hpp"

namespace physgrad {
namespace {

constexpr int kPerDecade = 4;

/// A row at one target: paid once, and for each use.
struct UseCost {
  const TaskRow* row;
  double once, each;
};

std::vector<UseCost> network_costs(const BreakEvenTask& task, const std::string& clock, double target) {
  std::vector<UseCost> costs;
  for (const TaskRow& row : task.networks) {
    const UseCost cost{&row, paid(row, target), inference_seconds(row)};
    if (row.clock == clock && std::isfinite(cost.once) && std::isfinite(cost.each)) costs.push_back(cost);
  }
  return costs;
}

std::vector<UseCost> solver_costs(const BreakEvenTask& task, const std::string& clock, double target) {
  std::vector<UseCost> costs;
  for (const TaskRow& row : task.solvers) {
    const UseCost cost{&row, or_zero(row.tuning_seconds), solution_of(row, target).seconds.median};
    if (row.clock == clock && std::isfinite(cost.each)) costs.push_back(cost);
  }
  return costs;
}

Series cost_line(const UseCost& cost, const std::string& label, double most) {
  Series series{.label = label, .family = family_of(cost.row->method), .open = !cost.row->cells.hold};
  const int last = static_cast<int>(std::ceil(kPerDecade * std::log10(most)));
  for (int i = 0; i <= last; ++i) {
    series.x.push_back(std::round(std::pow(10.0, static_cast<double>(i) / kPerDecade)));
    series.y.push_back(cost.once + series.x.back() * cost.each);
  }
  return series;
}

/// Beyond the latest break-even, so that lines are seen to cross.
double most_uses(const std::vector<UseCost>& networks, const UseCost& solver) {
  double most = 100;
  for (const UseCost& network : networks)
    if (const double count = uses(network.once - solver.once, solver.each - network.each); std::isfinite(count))
      most = std::max(most, 10 * count);
  return std::min(most, 1e12);
}

std::string break_even_summary(const std::vector<UseCost>& networks, const UseCost& solver) {
  std::vector<std::string> parts;
  for (const UseCost& network : networks) {
    const double count = uses(network.once - solver.once, solver.each - network.each);
    parts.push_back(std::isfinite(count) ? fmt::format("{} after {:.0f} uses", network.row->method, count)
                                         : fmt::format("{} never", network.row->method));
  }
  return fmt::format("Against {}, the fastest solver with {:.2g} ms a solution, training has paid for itself: {}.",
                     solver.row->method, 1e3 * solver.each, listed(parts));
}

/// At the smallest target that a network and a solver on this clock reach; no series where there is none.
Figure break_even_figure(const BreakEvenTask& task, const std::string& clock) {
  Figure figure{.kind = "break-even", .name = plain_name({"break-even", task.name}), .problem = task.name};
  std::vector<double> targets = targets_of(task);
  std::ranges::reverse(targets);
  for (const double target : targets) {
    std::vector<UseCost> networks = network_costs(task, clock, target), solvers = solver_costs(task, clock, target);
    if (networks.empty() || solvers.empty()) continue;
    const UseCost solver = *std::ranges::min_element(solvers, {}, &UseCost::each);
    figure.title = fmt::format("{}: cost of a number of uses, at a loss of {:.3g}", task.name, target);
    figure.x = {"uses", true};
    figure.y = {"time in all [s]", true};
    const double most = most_uses(networks, solver);
    for (const UseCost& cost : networks) figure.series.push_back(cost_line(cost, cost.row->method, most));
    for (const UseCost& cost : solvers)
      figure.series.push_back(cost_line(cost, cost.row->method + " per instance", most));
    figure.summary = break_even_summary(networks, solver);
    figure.notes = {fmt::format(
        "At {:.3g}, the smallest target loss that a network and a solver of single instances reach; {} of {} "
        "networks do. A network: training and tuning (where it is known) once, an inference a use; a solver: "
        "a solution a use, by the median over instances. Lines are computed from these.",
        target, networks.size(), task.networks.size())};
    break;
  }
  return figure;
}

}  // namespace

std::vector<Figure> break_even_figures(const ReportSet& reports) {
  std::vector<Figure> figures;
  for (const BreakEvenTask& task : break_even_tasks(reports)) {
    std::set<std::string> clocks;
    for (const TaskRow& row : task.networks) clocks.insert(row.clock);
    for (const std::string& clock : clocks)
      if (Figure figure = break_even_figure(task, clock); !figure.series.empty()) figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace physgrad
