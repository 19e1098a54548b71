#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/leader_table.hpp"
#include "physgrad/tables/rank_table.hpp"
#include "physgrad/tables/reader_table.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

/// How often each method came out of a question, for the sentences above the table.
struct Tally {
  std::map<std::string, int> decided;
  int open = 0, asked = 0;
};

/// "gn (0.00378)" is a verdict.
Entry answer_entry(const Answer& answer, Tally& tally) {
  const std::vector<MethodRow>& rows = answer.rows.rows;
  const Standings& found = answer.standings;
  const auto shown = [&](std::size_t row) {
    return fmt::format("{} ({:.3g})", rows[row].method, quantile(rows[row].collect(answer.quantity.number), 0.5));
  };
  if (rows.size() == 1 && found.unbeaten.size() == 1) return text_entry("only " + shown(0));
  ++tally.asked;
  if (found.best) {
    ++tally.decided[rows[*found.best].name];
    Entry entry = text_entry(shown(*found.best));
    entry.best = true;
    return entry;
  }
  ++tally.open;
  if (found.unbeaten.empty()) return text_entry("none");
  std::vector<std::string> names;
  for (const std::size_t row : found.unbeaten) names.push_back(rows[row].method);
  constexpr std::size_t kShown = 3;
  const std::size_t more = names.size() > kShown ? names.size() - kShown : 0;
  names.resize(names.size() - more);
  return text_entry(fmt::format("unresolved: {}{}", fmt::join(names, ", "),
                                more > 0 ? fmt::format(" and {} more", more) : std::string{}));
}

std::string tally_line(const std::string& question, const Tally& tally) {
  std::vector<std::pair<int, std::string>> first;
  for (const auto& [method, count] : tally.decided) first.emplace_back(-count, method);
  std::ranges::sort(first);
  std::vector<std::string> words;
  for (const auto& [count, method] : first) words.push_back(fmt::format("{} on {}", method, -count));
  return fmt::format("{}: {}{}of {} problem{}{}.", question, words.empty() ? "no verdict on any " : "",
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

Table answer_table(const std::vector<ProblemGroup>& groups, const std::vector<std::vector<Answer>>& answers) {
  Table table{"The answer: which method, for which problem, under which constraint", "answer", {}, {}, {}};
  table.columns = {{"problem", false}, {"seeds"}};
  const std::vector<std::string>& headers = question_headers();
  for (const std::string& header : headers) table.columns.push_back({header, false});
  std::vector<Tally> tallies(headers.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    std::vector<Entry> row(2 + headers.size(), text_entry("-"));
    row[0] = text_entry(groups[g].problem);
    row[1] = number_entry(static_cast<double>(shared_seeds(groups[g])));
    for (const Answer& answer : answers[g]) row[2 + answer.question] = answer_entry(answer, tallies[answer.question]);
    table.rows.push_back(std::move(row));
  }
  for (std::size_t q = 0; q < headers.size(); ++q)
    if (tallies[q].asked > 0) table.notes.push_back(tally_line(question_sentences()[q], tallies[q]));
  table.notes.emplace_back(
      "A name alone is a verdict: paired tests over seeds, corrected for their number, put every other method "
      "of the column behind one; in brackets its median. Unresolved: those that no verdict puts behind another. None: "
      "every "
      "method has a miss, or ends no better than it began. The target is the hardest that half of all cells reach.");
  if (std::string marks = mark_note(groups); marks.starts_with("No value")) table.notes.push_back(std::move(marks));
  return table;
}

}  // namespace

std::vector<Table> answer_tables(const ReportSet& reports) {
  const std::vector<ProblemGroup>& groups = reports.groups();
  const MethodNeeds needs = needs_of(reports.reports());
  std::vector<std::vector<Answer>> answers;
  for (const ProblemGroup& group : groups) answers.push_back(answers_of(group, needs));
  return {answer_table(groups, answers), leader_table(groups, answers), reader_table(answers),
          verdict_rank_table(groups), rank_table(groups)};
}

}  // namespace physgrad
