#include "physgrad/tables/leader_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/instances.hpp"

namespace physgrad {
namespace {

/// Names, or how many where they are too many to read.
std::string who(const std::vector<std::string>& names, const char* many) {
  return names.size() <= 3 ? fmt::format("{}", fmt::join(names, ", ")) : fmt::format(fmt::runtime(many), names.size());
}

/// What verdicts say of one row against all others: those they put behind it, those they put before it (which a median
/// may contradict), and those that seeds do not tell from it.
std::string standing_text(const ProblemGroup& group, std::size_t row, const std::vector<RowVerdict>& verdicts) {
  std::vector<std::string> behind, before, open;
  for (const RowVerdict& each : verdicts) {
    if (each.a != row && each.b != row) continue;
    const std::string& other = group.rows[each.a == row ? each.b : each.a].method;
    if (each.verdict == Verdict::unresolved)
      open.push_back(other);
    else
      ((each.verdict == Verdict::a) == (each.a == row) ? behind : before).push_back(other);
  }
  if (behind.size() + before.size() + open.size() == 0) return "nothing to compare with";
  std::vector<std::string> parts;
  if (!behind.empty())
    parts.push_back(open.empty() && before.empty() ? "ahead of all others" : "ahead of " + who(behind, "{} others"));
  if (!before.empty()) parts.push_back("behind " + who(before, "{} others"));
  if (!open.empty()) parts.push_back("unresolved against " + who(open, behind.empty() ? "all {} others" : "{} others"));
  return fmt::format("{}", fmt::join(parts, "; "));
}

/// The row's comparison with another, as the ratio of the two; nothing where there is none.
Spread ratio_of(std::size_t row, std::size_t other, const std::vector<RowVerdict>& verdicts) {
  for (const RowVerdict& each : verdicts) {
    const Spread& log = each.comparison.log_ratio;
    if (each.a == row && each.b == other) return {std::exp(log.median), std::exp(log.low), std::exp(log.high)};
    if (each.b == row && each.a == other) return {std::exp(-log.median), std::exp(-log.high), std::exp(-log.low)};
  }
  return {kAbsent, kAbsent, kAbsent};
}

/// Times are ranked within one machine and program alone.
std::vector<Answer> on_each_clock(const Answer& answer) {
  if (!answer.quantity.time || one_clock(answer.rows)) return {answer};
  std::vector<Answer> parts;
  for (ProblemGroup& rows : split_by_clock(answer.rows)) {
    Answer& part = parts.emplace_back(answer);
    part.rows = std::move(rows);
    part.verdicts = row_verdicts(part.rows, part.quantity);
    part.standings = standings(part.rows, part.quantity, part.verdicts);
  }
  return parts;
}

std::vector<Entry> leader_line(const Answer& answer) {
  const std::string& question = question_headers()[answer.question];
  std::vector<Entry> line = {
      text_entry(answer.rows.problem),
      text_entry(answer.what.empty() ? question : fmt::format("{}, target {}", question, answer.what))};
  const std::vector<RankedRow> ranked = ranked_rows(answer.rows, answer.quantity);
  if (ranked.empty() || std::isinf(ranked.front().median)) {
    for (const char* text : {"-", "-", "-", "-", "-"}) line.push_back(text_entry(text));
    line.push_back(text_entry(ranked.empty() ? "no cell ended" : "every median is a miss"));
    return line;
  }
  const std::size_t first = ranked.front().row;
  const MethodRow& row = answer.rows.rows[first];
  const bool alone = ranked.size() == 1;
  line.push_back(text_entry(row.method));
  line.back().best = answer.standings.best == first;
  line.push_back(answer.quantity.time ? time_entry(ranked.front().median) : number_entry(ranked.front().median));
  line.push_back(text_entry(alone ? "-" : answer.rows.rows[ranked[1].row].method));
  line.push_back(alone ? text_entry("-") : spread_entry(ratio_of(first, ranked[1].row, answer.verdicts)));
  line.push_back(number_entry(static_cast<double>(row.distinct().size())));
  std::string verdict = standing_text(answer.rows, first, answer.verdicts);
  if (answer.quantity.before && quantile(row.collect(answer.quantity.before), 0.5) <= ranked.front().median)
    verdict += "; not better than before training";
  line.push_back(text_entry(std::move(verdict)));
  return line;
}

}  // namespace

Table leader_table(const std::vector<ProblemGroup>& groups, const std::vector<std::vector<Answer>>& answers) {
  Table table;
  table.title = fmt::format("How far ahead, and of whom ({})", catalogue_text(groups));
  table.group = "leaders";
  table.columns = {{"problem", false}, {"question", false}, {"first", false},
                   {"median"},         {"next", false},     {.header = "first / next", .spread = true},
                   {"seeds"},          {"verdict", false}};
  for (const std::vector<Answer>& of_group : answers)
    for (const Answer& answer : of_group)
      if (!answer.repeated)
        for (const Answer& part : on_each_clock(answer)) table.rows.push_back(leader_line(part));
  table.notes.emplace_back(
      "first, next: by medians over seeds, of times those that hold; first / next: the median ratio of pairs of equal "
      "seed with an interval that covers it with 95 %, from 6 pairs on. Verdict: by paired tests over seeds, corrected "
      "for their number; unresolved is not equal. Costs of a target: the hardest that half of "
      "all cells reach.");
  if (std::string marks = mark_note(groups); !marks.empty()) table.notes.push_back(std::move(marks));
  return table;
}

}  // namespace physgrad
