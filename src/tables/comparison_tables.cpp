#include "physgrad/tables/comparison_tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "physgrad/tables/measures.hpp"

namespace physgrad {
namespace {

Entry ratio_entry(const Comparison& comparison) {
  const Spread& log = comparison.log_ratio;
  return spread_entry({std::exp(log.median), std::exp(log.low), std::exp(log.high)});
}

Entry median_entry(const Comparison& comparison, double value) {
  Entry entry = comparison.aspect == Aspect::target_time ? time_entry(value) : number_entry(value / comparison.unit);
  if (comparison.signed_times && !std::isnan(value)) entry.text = kDisturbedSign + entry.text;
  return entry;
}

Entry count_entry(std::size_t count) { return number_entry(static_cast<double>(count)); }

const std::vector<Column>& verdict_columns() {
  static const std::vector<Column> columns = {
      {.header = "B / A", .spread = true}, {"test", false}, {"p"}, {"p (Holm)"}, {"verdict on B", false}};
  return columns;
}

void append_verdict(const Comparison& comparison, std::vector<Entry>& row) {
  row.push_back(ratio_entry(comparison));
  row.push_back(text_entry(comparison.test));
  row.push_back(number_entry(comparison.p));
  row.push_back(number_entry(comparison.corrected_p));
  row.push_back(text_entry(verdict_text(comparison)));
}

std::string machines_note(const ComparedVersions& versions) {
  return fmt::format(
      "The machines differ, so that no times (and no losses under a budget of seconds) are compared: {}.",
      fmt::join(versions.machines, "; "));
}

Table overall_table(const ComparedVersions& versions) {
  Table table;
  table.title = fmt::format("B against A, overall ({})", versions.summary);
  table.group = "overall";
  table.columns = {{"of", false}, {versions.things}, {"better"},      {"worse"},
                   {"equal"},     {"unresolved"},    {"not compared"}};
  table.columns.insert(table.columns.end(), verdict_columns().begin(), verdict_columns().end());
  for (const OverallComparison& each : versions.overall) {
    const auto number = [](int value) { return number_entry(value); };
    std::vector<Entry> row = {text_entry(each.comparison.quantity),
                              count_entry(each.comparison.samples_a),
                              number(each.better),
                              number(each.worse),
                              number(each.equal),
                              number(each.unresolved),
                              number(each.not_compared)};
    append_verdict(each.comparison, row);
    table.rows.push_back(std::move(row));
  }
  table.notes = versions.sources;
  if (!versions.machines.empty()) table.notes.push_back(machines_note(versions));
  table.notes.insert(table.notes.end(), versions.warnings.begin(), versions.warnings.end());
  table.notes.push_back(fmt::format(
      "{}: how many have the number in both and can be compared; each is one observation, its median ratio. better ... "
      "not compared: verdicts of the tables below, one a number. {}",
      versions.things, power_text(versions)));
  return table;
}

Table group_table(const ComparedVersions& versions, const std::string& group) {
  const bool pairs = versions.samples == "pairs";
  Table table;
  table.title = fmt::format("{}: B against A", group);
  table.group = group;
  table.columns = {{pairs ? "method" : "benchmark", false}, {"of", false}, {"A"}, {"B"}};
  if (pairs)
    table.columns.insert(table.columns.end(), {{"pairs"}, {"left out"}});
  else
    table.columns.insert(table.columns.end(), {{"repetitions of A"}, {"repetitions of B"}});
  table.columns.insert(table.columns.end(), verdict_columns().begin(), verdict_columns().end());
  return table;
}

std::vector<Entry> single_row(const Comparison& each, bool pairs) {
  std::vector<Entry> row = {text_entry(each.name),       text_entry(each.quantity),
                            median_entry(each, each.a),  median_entry(each, each.b),
                            count_entry(each.samples_a), count_entry(pairs ? each.left_out : each.samples_b)};
  append_verdict(each, row);
  return row;
}

const char* legend(bool pairs) {
  if (pairs)
    return "Medians over pairs of one task, setup and seed; pairs that are copies count once, but for times, of which "
           "they are repetitions. left out: pairs whose "
           "times do not hold (measured beside other cells or disturbed; ~: there are no others) or are of two "
           "machines. "
           "B / A: median ratio with [an interval that covers it with 95 % whatever the distribution, of this "
           "comparison alone; from 6 pairs on]; inf: lost or missed in B alone. Wilcoxon: exact signed-rank test of "
           "log-ratios; sign: exact sign test, where there are equal, zero or infinite ones or more than 50. Holm: "
           "over "
           "all comparisons of this output that could have been decided. Verdict: at a corrected p of at most 0.05; "
           "equal: every pair to the last bit, memory to 1 kB or 0.1 %; unresolved is not equal. A machine that was "
           "slower during one of the "
           "runs favours the other, and no test can tell.";
  return "Medians over repetitions. B / A: median of the ratios of all repetitions of B and A with [an interval that "
         "covers a ratio of their distributions with 95 %, of this comparison alone; from 4 repetitions of both on]. "
         "rank sum: the test of Wilcoxon, Mann and Whitney, exact up to 40 repetitions together. Holm: over all "
         "comparisons of this output that could have been decided. Verdict: at a corrected p of at most 0.05; "
         "unresolved is not equal. Repetitions of one process share its memory layout, and a machine that was slower "
         "during one of the runs favours the other: no test can tell.";
}

}  // namespace

std::vector<Table> comparison_tables(const ComparedVersions& versions) {
  const bool pairs = versions.samples == "pairs";
  std::vector<Table> tables = {overall_table(versions)};
  if (!versions.inventory.rows.empty()) tables.push_back(versions.inventory);
  std::map<std::string, std::size_t> places;
  for (const Comparison& each : versions.single) {
    const auto [place, fresh] = places.try_emplace(each.group, tables.size());
    if (fresh) tables.push_back(group_table(versions, each.group));
    tables[place->second].rows.push_back(single_row(each, pairs));
  }
  tables.back().notes.emplace_back(legend(pairs));
  return tables;
}

}  // namespace physgrad
