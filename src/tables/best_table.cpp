#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <utility>

#include "physgrad/tables/best.hpp"
#include "physgrad/tables/instances.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

/// What a reader wants to know who is best at.
struct Question {
  std::string text;
  Quantity quantity;
};

/// A tried row and the median over its seeds; of a time, of the cells whose times hold.
struct Ranked {
  std::size_t row;
  double median;
};

std::vector<Ranked> ranking(const ProblemGroup& group, const Quantity& quantity) {
  std::vector<Ranked> result;
  for (std::size_t i = 0; i < group.rows.size(); ++i) {
    if (group.rows[i].tried().empty()) continue;
    const double median = quantity.time ? timed_cells(group.rows[i]).median(quantity.number)
                                        : quantile(group.rows[i].collect(quantity.number), 0.5);
    if (!std::isnan(median)) result.push_back({i, median});
  }
  std::ranges::stable_sort(result, {}, &Ranked::median);
  return result;
}

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

std::vector<Entry> best_line(const ProblemGroup& group, const Question& question) {
  const std::vector<Ranked> ranked = ranking(group, question.quantity);
  const auto entry = [&](double value) { return question.quantity.time ? time_entry(value) : number_entry(value); };
  std::vector<Entry> line = {text_entry(group.problem), text_entry(question.text)};
  if (ranked.empty() || std::isinf(ranked.front().median)) {
    for (const char* text : {"-", "-", "-", "-", "-"}) line.push_back(text_entry(text));
    line.push_back(text_entry(ranked.empty() ? "no cell ended" : "every median is a miss"));
    return line;
  }
  const std::vector<RowVerdict> verdicts = row_verdicts(group, question.quantity);
  const std::size_t first = ranked.front().row;
  const bool alone = ranked.size() == 1;
  line.push_back(text_entry(group.rows[first].method));
  line.back().best = best_row(group, question.quantity) == first;
  line.push_back(entry(ranked.front().median));
  line.push_back(text_entry(alone ? "-" : group.rows[ranked[1].row].method));
  line.push_back(alone ? text_entry("-") : spread_entry(ratio_of(first, ranked[1].row, verdicts)));
  line.push_back(number_entry(static_cast<double>(group.rows[first].distinct().size())));
  line.push_back(text_entry(standing_text(group, first, verdicts)));
  return line;
}

Question end_question() {
  return {"smallest training loss at the end",
          {[](const CellRecord& cell) { return final_value(cell, &Losses::train_loss); }, false,
           [](const CellRecord& cell) { return cell.initial.train_loss; }}};
}

Question time_question(double target) {
  return {fmt::format("first at {:.3g} [s]", target),
          {[target](const CellRecord& cell) { return open_cost(cell, target, Abscissa::seconds); }, true}};
}

}  // namespace

std::vector<Table> best_tables(const ReportSet& reports) {
  const std::vector<ProblemGroup>& groups = reports.groups();
  if (groups.empty()) return {};
  Table table;
  table.title = fmt::format("who is best ({})", catalogue_text(groups));
  table.group = "best";
  table.columns = {{"problem", false}, {"question", false}, {"best", false},
                   {"median"},         {"next", false},     {.header = "best / next", .spread = true},
                   {"seeds"},          {"verdict", false}};
  for (const ProblemGroup& group : groups) {
    table.rows.push_back(best_line(group, end_question()));
    for (const ProblemGroup& part : split_by_clock(group))
      if (const auto target = contested_target(part)) table.rows.push_back(best_line(part, time_question(*target)));
  }
  table.notes = trouble_notes(groups);
  table.notes.emplace_back(
      "best, next: by medians over seeds; best / next: the median ratio of pairs of equal seed with an interval that "
      "covers it with 95 %, from 6 pairs on. Verdict: by paired tests over seeds, corrected for all pairs of methods; "
      "unresolved is not equal. first at L: training seconds to the hardest target L that half of all cells reached.");
  if (std::string marks = mark_note(groups); !marks.empty()) table.notes.push_back(std::move(marks));
  return {table};
}

}  // namespace physgrad
