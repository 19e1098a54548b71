#include "physgrad/tables/figure_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "physgrad/core/numbers.hpp"
#include "physgrad/tables/instances.hpp"

namespace physgrad {

std::string plain_name(const std::vector<std::string>& parts) {
  constexpr std::size_t longest = 80;
  std::string name;
  for (const std::string& part : parts) {
    if (!name.empty() && name.back() != '-') name += '-';
    for (const char c : part) {
      const bool upper = c >= 'A' && c <= 'Z';
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || upper)
        name += upper ? static_cast<char>(c - 'A' + 'a') : c;
      else if (!name.empty() && name.back() != '-')
        name += '-';
    }
  }
  name.resize(std::min(name.size(), longest));
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name;
}

std::string option_text(Abscissa abscissa) {
  std::string text = to_text(abscissa);
  std::ranges::replace(text, ' ', '_');
  return text;
}

std::string axis_text(Abscissa abscissa) {
  if (abscissa == Abscissa::seconds) return "training time [s]";
  return abscissa == Abscissa::simulator_calls ? "simulator calls [single samples]" : to_text(abscissa);
}

std::string cost_text(double cost, Abscissa abscissa) {
  if (abscissa == Abscissa::seconds) return fmt::format("in {:.2g} s", cost);
  if (abscissa == Abscissa::steps) return fmt::format("after {:.3g} step{}", cost, cost == 1 ? "" : "s");
  return fmt::format("with {:.2g} {}", cost, to_text(abscissa));
}

std::string listed(const std::vector<std::string>& names, std::size_t most) {
  if (names.size() <= most) return fmt::format("{}", fmt::join(names, ", "));
  const auto shown = static_cast<std::ptrdiff_t>(most - 1);
  return fmt::format("{} and {} others", fmt::join(names.begin(), names.begin() + shown, ", "),
                     names.size() - most + 1);
}

TimedCells cells_by(const MethodRow& row, Abscissa abscissa) {
  return abscissa == Abscissa::seconds ? timed_cells(row) : tried_cells(row);
}

std::string reach_sentence(std::vector<NamedCost> costs, const std::string& what, Abscissa abscissa) {
  std::ranges::stable_sort(costs, {}, &NamedCost::cost);
  std::vector<std::string> reached, missed;
  for (const auto& [name, cost] : costs)
    if (std::isfinite(cost))
      reached.push_back(reached.empty() ? fmt::format("{} reaches {} {}", name, what, cost_text(cost, abscissa))
                                        : fmt::format("{} {}", name, cost_text(cost, abscissa)));
    else
      missed.push_back(name);
  if (reached.empty()) return {};
  std::string sentence = listed(reached);
  if (!missed.empty()) sentence += fmt::format("; {} {} not", listed(missed), missed.size() == 1 ? "does" : "do");
  return sentence + ".";
}

std::string hardest_target_sentence(const ProblemGroup& group, Abscissa abscissa) {
  std::vector<double> targets = group.targets();
  std::ranges::reverse(targets);  // smallest first
  for (const double target : targets) {
    std::vector<NamedCost> costs;
    for (const MethodRow& row : group.rows) {
      const double cost =
          cells_by(row, abscissa).median([&](const CellRecord& cell) { return open_cost(cell, target, abscissa); });
      if (!std::isnan(cost)) costs.push_back({row.method, cost});
    }
    const std::string what = fmt::format("a loss of {:.3g}", target);
    if (std::string sentence = reach_sentence(std::move(costs), what, abscissa); !sentence.empty()) return sentence;
  }
  return {};
}

std::vector<ClockGroups> groups_by_clock(const ReportSet& reports, Abscissa abscissa) {
  std::vector<ProblemGroup> groups = reports.comparable_groups();
  if (groups.empty()) return {};
  if (abscissa != Abscissa::seconds) return {{{}, std::move(groups)}};
  std::vector<std::string> clocks;
  std::vector<ClockGroups> result;
  for (ProblemGroup& group : groups) {
    if (group.rows.empty()) continue;
    const auto at = static_cast<std::size_t>(std::ranges::find(clocks, group.rows.front().clock) - clocks.begin());
    if (at == clocks.size()) {
      clocks.push_back(group.rows.front().clock);
      result.push_back({group.rows.front().clock_label, {}});
    }
    result[at].groups.push_back(std::move(group));
  }
  return result;
}

}  // namespace physgrad
