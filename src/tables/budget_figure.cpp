// Ranks, and losses over the least one, against the training budget: a line a method.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "physgrad/core/numbers.hpp"
#include "physgrad/tables/budgets.hpp"
#include "physgrad/tables/families.hpp"
#include "physgrad/tables/figure_text.hpp"
#include "physgrad/tables/figures.hpp"
#include "physgrad/tables/instances.hpp"

namespace physgrad {
namespace {

struct ReadGroup {
  const ProblemGroup* group;
  std::vector<AtBudget> at;
};

Series line_of_method(const std::string& label, const std::string& name) {
  return {.label = label, .family = family_of(name)};
}

/// "spring at 1.8 s, lm at 120 s": who is lowest at the first and the last budget.
std::string leaders_text(const Figure& figure) {
  const auto at = [&](bool last) {
    const Series* least = nullptr;
    for (const Series& series : figure.series)
      if (least == nullptr || (last ? series.y.back() < least->y.back() : series.y.front() < least->y.front()))
        least = &series;
    return fmt::format("{} at {:.3g} s", least->label, last ? least->x.back() : least->x.front());
  };
  return fmt::format("Lowest are {} and {}.", at(false), at(true));
}

/// Lines that have no place at the first or the last budget would say something else than the others.
void finish(Figure& figure, const std::vector<ProblemGroup>& groups, double first, double last) {
  std::erase_if(figure.series, [&](const Series& series) {
    return series.x.empty() || series.x.front() != first || series.x.back() != last;
  });
  if (figure.series.empty()) return;
  std::ranges::stable_sort(figure.series, {}, [](const Series& series) { return series.y.back(); });
  figure.x = {"training budget [s]", true};
  figure.summary = leaders_text(figure);
  figure.guides = {{1, false, ""}};
  figure.notes = {catalogue_text(groups), budgets_note()};
  for (const ProblemGroup& group : groups)
    for (const MethodRow& row : group.rows)
      if (const std::string schedule = schedule_of(row); !schedule.empty())
        figure.notes.push_back(fmt::format("{}: {} has a schedule ({})", group.problem, row.method, schedule));
  std::ranges::move(trouble_notes(groups), std::back_inserter(figure.notes));
}

Figure ratio_figure(const ReadGroup& read) {
  const ProblemGroup& group = *read.group;
  Figure figure{.kind = "budgets", .name = plain_name({"budgets", group.problem}), .problem = group.problem};
  figure.title = fmt::format("{}: training loss over the least one, against the budget", group.problem);
  figure.y = {"loss over the least of all methods [1]", true};
  for (std::size_t row = 0; row < group.rows.size(); ++row) {
    Series series = line_of_method(group.rows[row].method, group.rows[row].name);
    series.open = !timed_cells(group.rows[row]).hold;
    for (const AtBudget& at : read.at) {
      const double least = *std::ranges::min_element(at.medians, [](double a, double b) { return a < b || b != b; });
      const double ratio = at.medians[row] == least ? 1 : at.medians[row] / least;
      if (std::isnan(ratio)) continue;
      series.x.push_back(at.seconds);
      series.y.push_back(ratio);
    }
    figure.series.push_back(std::move(series));
  }
  finish(figure, {group}, read.at.front().seconds, read.at.back().seconds);
  if (std::ranges::none_of(figure.series, [](const Series& series) { return std::isfinite(series.y.back()); }))
    figure.series.clear();  // nobody is left
  return figure;
}

/// The mean rank of one method at each budget, over the problems that it was tried on.
Series mean_ranks(const std::vector<ReadGroup>& groups, const std::string& method, const std::vector<double>& budgets) {
  Series series;
  for (const double seconds : budgets) {
    double sum = 0, count = 0;
    for (const ReadGroup& read : groups) {
      const auto row = std::ranges::find(read.group->rows, method, &MethodRow::method);
      if (row == read.group->rows.end() || row->tried().empty()) continue;
      series.family = family_of(row->name);
      const auto at = std::ranges::find(read.at, seconds, &AtBudget::seconds);
      sum += at == read.at.end() ? kAbsent : at->ranks[static_cast<std::size_t>(row - read.group->rows.begin())];
      ++count;
    }
    if (std::isnan(sum / count)) continue;
    series.x.push_back(seconds);
    series.y.push_back(sum / count);
  }
  series.label = method;
  return series;
}

Figure rank_figure(const std::vector<ReadGroup>& read, const ClockGroups& part, const std::vector<double>& budgets) {
  Figure figure{.kind = "budgets", .name = "budgets"};
  figure.title = "mean rank by training loss against the budget";
  if (!part.clock.empty()) figure.title += fmt::format(" ({})", part.clock);
  figure.y = {"mean rank over problems [1]", false};
  for (const std::string& method : all_methods(part.groups)) figure.series.push_back(mean_ranks(read, method, budgets));
  finish(figure, part.groups, budgets.front(), budgets.back());
  return figure;
}

}  // namespace

std::vector<Figure> budget_figures(const ReportSet& reports, const std::vector<double>& asked) {
  std::vector<Figure> figures;
  const auto add = [&](Figure figure) {
    if (!figure.series.empty()) figures.push_back(std::move(figure));
  };
  for (const ClockGroups& part : groups_by_clock(reports, Abscissa::seconds)) {
    const std::vector<double> budgets = budgets_of(part.groups, asked);
    std::vector<ReadGroup> read;
    for (const ProblemGroup& group : part.groups)
      if (std::vector<AtBudget> at = read_at(group, &Losses::train_loss, budgets); !at.empty())
        read.push_back({&group, std::move(at)});
    if (read.empty()) continue;
    add(rank_figure(read, part, budgets));
    for (const ReadGroup& each : read) add(ratio_figure(each));
  }
  return figures;
}

}  // namespace physgrad
