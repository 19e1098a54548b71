#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>

#include "physgrad/tables/best.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

/// One column of numbers: what it shows of a cell, and of the start, which all methods of a seed share.
struct Shown {
  std::string header;
  Quantity quantity;
  enum class Form { plain, spread, time, target } form = Form::plain;
  double target = kAbsent;  ///< of a column of that form
  bool marked = true;
};

using Number = std::function<double(const CellRecord&)>;

bool any_cell(const ProblemGroup& group, const std::function<bool(const CellRecord&)>& holds) {
  return std::ranges::any_of(group.rows, [&](const MethodRow& row) {
    return std::ranges::any_of(row.cells, [&](const CellRecord* cell) { return holds(*cell); });
  });
}

Number at_start(double Losses::*which) {
  return [which](const CellRecord& cell) { return cell.initial.*which; };
}

Shown final_loss(std::string header, double Losses::*which, Shown::Form form = Shown::Form::plain) {
  const auto number = [which](const CellRecord& cell) { return final_value(cell, which); };
  return {std::move(header), {number, false, at_start(which)}, form};
}

/// Unknown, not missed, where the report does not have it of this cell at all.
Shown x_error(std::string header, double Losses::*which) {
  const auto number = [which](const CellRecord& cell) {
    const bool unknown = std::isnan(cell.initial.*which) && !std::isnan(cell.initial.train_loss);
    return unknown ? kAbsent : final_value(cell, which);
  };
  return {std::move(header), {number, false, at_start(which)}};
}

/// Of the problem's reference: relative where the reports know it, and absolute where an old one does not.
std::vector<Shown> x_errors(const ProblemGroup& group) {
  std::vector<Shown> result;
  const auto knows = [](const CellRecord& cell, double Losses::*which) { return !std::isnan(cell.initial.*which); };
  if (any_cell(group, [&](const CellRecord& cell) { return knows(cell, &Losses::x_error_relative); }))
    result.push_back(x_error("x error (rel.)", &Losses::x_error_relative));
  const auto differs = [](const Losses& at) {
    return std::abs(at.x_error_determined - at.x_error_relative) > 1e-9 * std::abs(at.x_error_relative);
  };
  if (any_cell(group, [&](const CellRecord& cell) { return differs(cell.initial) || differs(cell.final); }))
    result.push_back(x_error("x error (det.)", &Losses::x_error_determined));
  if (any_cell(group, [&](const CellRecord& cell) {
        return knows(cell, &Losses::x_error) && !knows(cell, &Losses::x_error_relative);
      }))
    result.push_back(x_error("x error (abs.)", &Losses::x_error));
  return result;
}

/// A target that some tried cell did not meet before its first step.
bool is_target(const ProblemGroup& group, double target) {
  return std::ranges::any_of(group.rows, [&](const MethodRow& row) {
    return std::ranges::any_of(row.tried(), [&](const CellRecord* cell) { return !met_at_start(*cell, target); });
  });
}

std::vector<Shown> columns_of(const ProblemGroup& group) {
  std::vector<Shown> shown = {final_loss("train loss", &Losses::train_loss, Shown::Form::spread)};
  const auto best = [](const CellRecord& cell) { return miss_if_absent(cell.best.train_loss); };
  shown.push_back({"best train", {best, false, at_start(&Losses::train_loss)}});
  shown.push_back(final_loss("test loss", &Losses::test_loss));
  std::ranges::move(x_errors(group), std::back_inserter(shown));
  const auto add = [&](std::string header, Number number, Shown::Form form) {
    shown.push_back({std::move(header), {std::move(number), form == Shown::Form::time}, form, kAbsent, false});
  };
  add(
      "steps", [](const CellRecord& cell) { return static_cast<double>(cell.steps); }, Shown::Form::plain);
  add(
      "step [ms]", [](const CellRecord& cell) { return 1e3 * cell.time.step_median; }, Shown::Form::time);
  if (any_cell(group, [](const CellRecord& cell) { return !std::isnan(cell.time.step_mean); }))
    add(
        "mean [ms]", [](const CellRecord& cell) { return 1e3 * cell.time.step_mean; }, Shown::Form::time);
  for (const double target : group.targets()) {
    if (!is_target(group, target)) continue;
    const auto seconds = [target](const CellRecord& cell) {
      return met_at_start(cell, target) ? kAbsent : cost_to(cell, target, Abscissa::seconds);
    };
    shown.push_back({fmt::format("to {:.3g} [s]", target), {seconds, true}, Shown::Form::target, target});
  }
  return shown;
}

Entry entry_of(const MethodRow& row, const Shown& shown) {
  const Number& number = shown.quantity.number;
  if (shown.form == Shown::Form::spread) return spread_entry(spread(row.collect(number)));
  if (shown.form == Shown::Form::plain) return number_entry(quantile(row.collect(number), 0.5));
  const TimedCells timed = timed_cells(row);
  const double median = timed.median(number);
  return signed_entry(shown.form == Shown::Form::target ? time_entry(median) : number_entry(median), timed);
}

/// The first cell of every seed that knows its start.
std::vector<const CellRecord*> starts_of(const ProblemGroup& group) {
  std::map<std::uint64_t, const CellRecord*> starts;
  for (const MethodRow& row : group.rows)
    for (const CellRecord* cell : row.tried())
      if (!std::isnan(cell->initial.train_loss)) starts.emplace(cell->key.seed, cell);
  std::vector<const CellRecord*> result;
  for (const auto& [seed, cell] : starts) result.push_back(cell);
  return result;
}

/// What every method began with; nothing where no cell has a start.
std::vector<Entry> row_before(const ProblemGroup& group, const std::vector<Shown>& columns) {
  const std::vector<const CellRecord*> starts = starts_of(group);
  if (starts.empty()) return {};
  std::vector<Entry> line = {text_entry("before training"),
                             text_entry(fmt::format("{} seed{}", starts.size(), starts.size() == 1 ? "" : "s"))};
  for (const Shown& shown : columns) {
    std::vector<double> values;
    if (shown.quantity.before)
      for (const CellRecord* cell : starts) values.push_back(shown.quantity.before(*cell));
    line.push_back(shown.form == Shown::Form::spread ? spread_entry(spread(values))
                                                     : number_entry(quantile(values, 0.5)));
  }
  return line;
}

/// One line for every target that cells met before their first step.
std::vector<std::string> start_notes(const ProblemGroup& group) {
  std::vector<std::string> notes;
  for (const double target : group.targets()) {
    std::size_t tried = 0, met = 0;
    for (const MethodRow& row : group.rows)
      for (const CellRecord* cell : row.tried()) {
        ++tried;
        if (met_at_start(*cell, target)) ++met;
      }
    if (met > 0)
      notes.push_back(fmt::format("target {:.3g}: {} of {} cells meet it before the first step and {}", target, met,
                                  tried, met == tried ? "it is left out" : "are left out of its column"));
  }
  return notes;
}

Table summary_table(const ProblemGroup& group) {
  const std::vector<Shown> columns = columns_of(group);
  Table table{fmt::format("{} ({})", group.problem, denominator_text(group)), group.problem, {}, {}, {}};
  table.columns = {{"method", false}, {"cells", true}};
  for (const Shown& shown : columns)
    table.columns.push_back({.header = shown.header, .spread = shown.form == Shown::Form::spread});
  if (auto before = row_before(group, columns); !before.empty()) table.rows.push_back(std::move(before));
  const std::size_t first = table.rows.size();
  for (const MethodRow& row : group.rows) {
    std::vector<Entry> line = {text_entry(row.method), text_entry(cells_text(row))};
    for (const Shown& shown : columns) line.push_back(entry_of(row, shown));
    table.rows.push_back(std::move(line));
  }
  for (std::size_t c = 0; c < columns.size(); ++c)
    if (const auto best = columns[c].marked ? best_row(group, columns[c].quantity) : std::nullopt)
      table.rows[first + *best][c + 2].best = true;
  table.notes = trouble_notes(group);
  std::ranges::move(start_notes(group), std::back_inserter(table.notes));
  std::ranges::move(timing_notes(group), std::back_inserter(table.notes));
  return table;
}

}  // namespace

std::vector<Table> summary_tables(const ReportSet& reports) {
  const std::vector<ProblemGroup>& groups = reports.groups();
  std::vector<Table> tables;
  for (const ProblemGroup& group : groups) tables.push_back(summary_table(group));
  if (tables.empty()) return tables;
  std::string note =
      "cells: succeeded/planned. Medians over seeds. Losses are as the problem defines them, without a unit. train "
      "loss: at the end, with [smallest, largest], from 4 seeds on "
      "[quartiles]; best train: the smallest on the way. step: median and mean after the first. \"to L\": training "
      "seconds until the training loss is at most L, misses counted as infinite.";
  const auto has = [&](const char* header) {
    return std::ranges::any_of(tables, [&](const Table& table) {
      return std::ranges::find(table.columns, header, &Column::header) != table.columns.end();
    });
  };
  if (has("x error (rel.)")) note += " x error (rel.): over the size of the reference, so that x = 0 has 1.";
  if (has("x error (det.)")) note += " x error (det.): the same in the components of x that y determines.";
  if (has("x error (abs.)")) note += " x error (abs.): sum of abs(x - reference); of reports that know no other.";
  tables.back().notes.push_back(std::move(note));
  if (std::string marks = mark_note(groups); !marks.empty()) tables.back().notes.push_back(std::move(marks));
  return tables;
}

}  // namespace physgrad
