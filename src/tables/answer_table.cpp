#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/best.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

/// What is asked: the least of a quantity, among the methods that a constraint leaves.
struct AnswerColumn {
  std::string header, sentence;  ///< of the column; of the line that counts over problems
  std::optional<Quantity> (*quantity)(const ProblemGroup&);
  bool (*admits)(const std::vector<std::string>& needs);
};

std::optional<Quantity> final_train_loss(const ProblemGroup&) {
  return Quantity{[](const CellRecord& cell) { return final_value(cell, &Losses::train_loss); }, false,
                  [](const CellRecord& cell) { return cell.initial.train_loss; }};
}

std::optional<Quantity> final_x_error(const ProblemGroup& group) {
  const auto known = [](const CellRecord* cell) { return !std::isnan(cell->initial.x_error_relative); };
  if (std::ranges::none_of(group.rows, [&](const MethodRow& row) { return std::ranges::any_of(row.cells, known); }))
    return std::nullopt;
  return Quantity{[](const CellRecord& cell) { return final_value(cell, &Losses::x_error_relative); }, false,
                  [](const CellRecord& cell) { return cell.initial.x_error_relative; }};
}

std::optional<Quantity> heap(const ProblemGroup& group) {
  const auto known = [](const CellRecord* cell) { return !std::isnan(cell->memory.peak_heap_bytes); };
  if (std::ranges::none_of(group.rows, [&](const MethodRow& row) { return std::ranges::any_of(row.cells, known); }))
    return std::nullopt;
  return Quantity{[](const CellRecord& cell) { return miss_if_absent(cell.memory.peak_heap_bytes); }};
}

/// The smallest target that some method reaches with most of its seeds.
std::optional<double> hardest_reached(const ProblemGroup& group) {
  std::optional<double> result;
  for (const double target : group.targets())
    for (const MethodRow& row : group.rows) {
      const auto cost = [&](const CellRecord& cell) {
        return met_at_start(cell, target) ? kAbsent : cost_to(cell, target, Abscissa::steps);
      };
      if (std::isfinite(quantile(row.collect(cost), 0.5))) result = result ? std::min(*result, target) : target;
    }
  return result;
}

std::optional<Quantity> cost_of_target(const ProblemGroup& group, Abscissa abscissa) {
  const std::optional<double> target = hardest_reached(group);
  if (!target || !knows({group}, abscissa)) return std::nullopt;
  return Quantity{[=](const CellRecord& cell) { return cost_to(cell, *target, abscissa); },
                  abscissa == Abscissa::seconds};
}
std::optional<Quantity> seconds_to_target(const ProblemGroup& group) {
  return cost_of_target(group, Abscissa::seconds);
}
std::optional<Quantity> calls_to_target(const ProblemGroup& group) {
  return cost_of_target(group, Abscissa::simulator_calls);
}

bool everything(const std::vector<std::string>&) { return true; }
bool without_inverse(const std::vector<std::string>& needs) {
  return std::ranges::find(needs, "inverse") == needs.end();
}
bool gradient_alone(const std::vector<std::string>& needs) {
  return std::ranges::all_of(needs, [](const std::string& need) { return need == "gradient"; });
}

const AnswerColumn kAnswerColumns[] = {
    {"lowest loss", "Lowest loss at the end", final_train_loss, everything},
    {"no inverse", "Lowest loss without an inverse simulator", final_train_loss, without_inverse},
    {"gradients alone", "Lowest loss from gradients alone", final_train_loss, gradient_alone},
    {"lowest x error", "Lowest error in x", final_x_error, everything},
    {"soonest [s]", "Soonest at the hardest target that is reached", seconds_to_target, everything},
    {"fewest calls", "Fewest simulator calls to that target", calls_to_target, everything},
    {"least heap [B]", "Least heap", heap, everything}};

using Needs = std::map<std::string, std::vector<std::string>>;

Needs needs_of(const std::vector<LabelledReport>& reports) {
  Needs needs;
  for (const LabelledReport& each : reports)
    for (const MethodNote& note : each.report.header.methods) needs.emplace(note.name, note.needs);
  return needs;
}

/// The tried rows that the question admits; what nothing is known of needs everything.
ProblemGroup admitted(const ProblemGroup& group, const AnswerColumn& question, const Needs& needs) {
  ProblemGroup result = group;
  std::erase_if(result.rows, [&](const MethodRow& row) {
    const auto found = needs.find(row.name);
    const bool fits = found == needs.end() ? question.admits == everything : question.admits(found->second);
    return !fits || row.tried().empty();
  });
  return result;
}

/// How often each method came out of a question, for the sentences above the table.
struct Tally {
  std::map<std::string, int> decided;
  int open = 0, asked = 0;
};

Entry answer_entry(const ProblemGroup& group, const AnswerColumn& question, const Needs& needs, Tally& tally) {
  const ProblemGroup rows = admitted(group, question, needs);
  const std::optional<Quantity> quantity = question.quantity(group);
  if (rows.rows.empty() || !quantity) return text_entry("-");
  const Standings found = standings(rows, *quantity);
  const auto shown = [&](std::size_t row) {
    return fmt::format("{} ({:.3g})", rows.rows[row].method, quantile(rows.rows[row].collect(quantity->number), 0.5));
  };
  if (rows.rows.size() == 1 && found.unbeaten.size() == 1) return text_entry("only " + shown(0));
  ++tally.asked;
  if (found.best) {
    ++tally.decided[rows.rows[*found.best].name];
    Entry entry = text_entry(shown(*found.best));
    entry.best = true;
    return entry;
  }
  ++tally.open;
  if (found.unbeaten.empty()) return text_entry("none");
  std::vector<std::string> names;
  for (const std::size_t row : found.unbeaten) names.push_back(rows.rows[row].method);
  constexpr std::size_t kShown = 3;
  const std::size_t more = names.size() > kShown ? names.size() - kShown : 0;
  names.resize(names.size() - more);
  return text_entry(fmt::format("unresolved: {}{}", fmt::join(names, ", "),
                                more > 0 ? fmt::format(" and {} more", more) : std::string{}));
}

std::string tally_line(const AnswerColumn& question, const Tally& tally) {
  std::vector<std::pair<int, std::string>> first;
  for (const auto& [method, count] : tally.decided) first.emplace_back(-count, method);
  std::ranges::sort(first);
  std::vector<std::string> words;
  for (const auto& [count, method] : first) words.push_back(fmt::format("{} on {}", method, -count));
  return fmt::format("{}: {}{}of {} problem{}{}.", question.sentence, words.empty() ? "no verdict on any " : "",
                     words.empty() ? "" : fmt::format("{} ", fmt::join(words, ", ")), tally.asked,
                     tally.asked == 1 ? "" : "s",
                     tally.open > 0 ? fmt::format("; unresolved on {}", tally.open) : std::string{});
}

std::size_t shared_seeds(const ProblemGroup& group) {
  std::set<std::uint64_t> seeds;
  for (const MethodRow& row : group.rows)
    for (const CellRecord* cell : row.tried()) seeds.insert(cell->key.seed);
  return seeds.size();
}

Table answer_table(const std::vector<ProblemGroup>& groups, const Needs& needs) {
  Table table{"The answer: which method, for which problem, under which constraint", "answer", {}, {}, {}};
  table.columns = {{"problem", false}, {"seeds"}};
  std::vector<Tally> tallies(std::size(kAnswerColumns));
  for (const AnswerColumn& question : kAnswerColumns) table.columns.push_back({question.header, false});
  for (const ProblemGroup& group : groups) {
    std::vector<Entry> row = {text_entry(group.problem), number_entry(static_cast<double>(shared_seeds(group)))};
    for (std::size_t q = 0; q < std::size(kAnswerColumns); ++q)
      row.push_back(answer_entry(group, kAnswerColumns[q], needs, tallies[q]));
    table.rows.push_back(std::move(row));
  }
  for (std::size_t q = 0; q < std::size(kAnswerColumns); ++q)
    if (tallies[q].asked > 0) table.notes.push_back(tally_line(kAnswerColumns[q], tallies[q]));
  table.notes.emplace_back(
      "A name alone is a verdict: paired tests over seeds put it before every other method of the column, corrected "
      "for "
      "all pairs; in brackets its median. Unresolved: those that no verdict puts behind another. The target is the "
      "smallest that some method reaches with most of its seeds.");
  if (std::string marks = mark_note(groups); marks.starts_with("No value")) table.notes.push_back(std::move(marks));
  return table;
}

/// The ranks of one problem's methods by their median loss at the end: a column, one entry for each of `methods`.
std::vector<Entry> rank_column(const ProblemGroup& group, const std::vector<std::string>& methods) {
  const Quantity quantity = *final_train_loss(group);
  const Standings found = standings(group, quantity);
  std::map<std::string, double> medians;
  for (const MethodRow& row : group.rows)
    if (!row.tried().empty()) medians[row.method] = quantile(row.collect(quantity.number), 0.5);
  double least = std::numeric_limits<double>::infinity();
  for (const auto& [method, median] : medians) least = std::min(least, median);
  std::vector<Entry> column;
  for (const std::string& method : methods) {
    const auto own = medians.find(method);
    if (own == medians.end()) {
      column.push_back(text_entry("-"));
      continue;
    }
    const auto before = std::ranges::count_if(medians, [&](const auto& each) { return each.second < own->second; });
    const double factor = own->second / least;
    Entry entry = number_entry(factor);
    entry.text = std::isinf(own->second) ? "lost" : fmt::format("{} ({:.3g}x)", before + 1, factor);
    entry.best = found.best && group.rows[*found.best].method == method;
    column.push_back(std::move(entry));
  }
  return column;
}

Table rank_table(const std::vector<ProblemGroup>& groups) {
  Table table{"Ranks by the loss at the end", "ranks", {{"method", false}}, {}, {}};
  std::vector<std::string> methods;
  for (const ProblemGroup& group : groups)
    for (const MethodRow& row : group.rows)
      if (std::ranges::find(methods, row.method) == methods.end()) methods.push_back(row.method);
  for (const std::string& method : methods) table.rows.push_back({text_entry(method)});
  for (const ProblemGroup& group : groups) {
    table.columns.push_back({group.problem});
    const std::vector<Entry> column = rank_column(group, methods);
    for (std::size_t i = 0; i < column.size(); ++i) table.rows[i].push_back(column[i]);
  }
  table.notes = trouble_notes(groups);
  table.notes.emplace_back(
      "Rank of the median over seeds, with its factor over the smallest. Marked: first by verdicts, not by its "
      "median.");
  return table;
}

}  // namespace

std::vector<Table> answer_tables(const ReportSet& reports) {
  const std::vector<ProblemGroup>& groups = reports.groups();
  return {answer_table(groups, needs_of(reports.reports())), rank_table(groups)};
}

}  // namespace physgrad
