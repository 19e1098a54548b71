#include "physgrad/tables/reader_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/instances.hpp"

namespace physgrad {
namespace {

/// Weights of a small network: "a thousand", where the next larger ones of the catalogue have eight.
constexpr double kSmallNetwork = 2000;

/// Of the task's networks, which all of its methods train.
double weights_of_network(const ProblemGroup& group) {
  double weights = 0;
  for (const MethodRow& row : group.rows)
    for (const CellRecord* cell : row.tried()) weights = std::max(weights, static_cast<double>(cell->sizes.parameters));
  return weights;
}

bool every_problem(const ProblemGroup&) { return true; }
bool small_network(const ProblemGroup& group) { return weights_of_network(group) <= kSmallNetwork; }
bool larger_network(const ProblemGroup& group) { return !small_network(group); }

struct Reader {
  const char *who, *question;
  bool (*asks_of)(const ProblemGroup&) = every_problem;
  bool reaching = false;  ///< among those that reach the hardest target that half of all cells reach
};

const Reader kReaders[] = {{"a network of at most {} weights", "lowest loss", small_network},
                           {"a larger network", "lowest loss", larger_network},
                           {"an expensive simulator", "fewest calls"},
                           {"little training time", "soonest [s]"},
                           {"no inverse simulator", "no inverse"},
                           {"gradients alone", "gradients alone"},
                           {"who needs x, not y", "lowest x error"},
                           {"little memory, and that target", "least heap [B]", every_problem, true}};

/// Nothing where the task has no such question, or nobody is left who may answer it.
std::optional<Answer> asked(const std::vector<Answer>& answers, const Reader& reader) {
  const auto found = std::ranges::find_if(
      answers, [&](const Answer& each) { return question_headers()[each.question] == reader.question; });
  if (found == answers.end()) return {};
  Answer answer = *found;
  if (!reader.reaching) return answer;
  const std::optional<double> target = contested_target(answers.front().rows);
  if (!target) return {};
  const auto misses = [&](std::size_t row) {
    const auto cost = [&](const CellRecord& cell) { return open_cost(cell, *target, Abscissa::steps); };
    return !std::isfinite(quantile(answer.rows.rows[row].collect(cost), 0.5));
  };
  // Who reaches it is an outcome: verdicts stay corrected for all methods, and only those that reach it are asked for.
  std::set<std::size_t> left, beaten;
  for (std::size_t i = 0; i < answer.rows.rows.size(); ++i)
    if (!misses(i)) left.insert(i);
  for (const RowVerdict& each : answer.verdicts) {
    const auto [before, behind] = each.verdict == Verdict::a ? std::pair(each.a, each.b) : std::pair(each.b, each.a);
    if (each.verdict != Verdict::unresolved && left.contains(before) && left.contains(behind)) beaten.insert(behind);
  }
  answer.standings = {};
  for (const std::size_t row : left)
    if (!beaten.contains(row)) answer.standings.unbeaten.push_back(row);
  if (left.size() > 1 && answer.standings.unbeaten.size() == 1) answer.standings.best = answer.standings.unbeaten[0];
  if (left.empty()) return {};
  return answer;
}

/// "gn 3, hig 1": the most often first.
std::string counted(const std::map<std::string, int>& counts) {
  std::vector<std::pair<int, std::string>> order;
  for (const auto& [name, count] : counts) order.emplace_back(-count, name);
  std::ranges::sort(order);
  constexpr std::size_t kShown = 5;
  std::vector<std::string> words;
  for (const auto& [count, name] : order) words.push_back(fmt::format("{} {}", name, -count));
  if (words.empty()) return "none";
  if (words.size() <= kShown) return fmt::format("{}", fmt::join(words, ", "));
  const std::size_t more = words.size() - kShown;
  words.resize(kShown);
  return fmt::format("{} and {} more", fmt::join(words, ", "), more);
}

}  // namespace

Table reader_table(const std::vector<std::vector<Answer>>& answers) {
  Table table{"For whom which method is right", "readers", {}, {}, {}};
  table.columns = {{"reader", false},
                   {"question", false},
                   {"problems"},
                   {"first by verdicts", false},
                   {"behind nobody by verdicts", false}};
  for (const Reader& reader : kReaders) {
    std::map<std::string, int> first, unbeaten;
    int problems = 0;
    for (const std::vector<Answer>& of_group : answers) {
      if (of_group.empty() || !reader.asks_of(of_group.front().rows)) continue;
      const std::optional<Answer> answer = asked(of_group, reader);
      if (!answer) continue;
      ++problems;
      const std::vector<MethodRow>& rows = answer->rows.rows;
      if (answer->standings.best) ++first[rows[*answer->standings.best].name];
      for (const std::size_t row : answer->standings.unbeaten) ++unbeaten[rows[row].name];
    }
    if (problems == 0) continue;
    table.rows.push_back({text_entry(fmt::format(fmt::runtime(reader.who), kSmallNetwork)), text_entry(reader.question),
                          number_entry(problems), text_entry(counted(first)), text_entry(counted(unbeaten))});
  }
  table.notes.emplace_back(
      "Numbers of problems. First: verdicts put every other method of the question behind one. Behind nobody: without "
      "a "
      "miss, better than before training, and put behind no other method; with few seeds that are many. What a method "
      "does on problems that it cannot run on is not asked.");
  return table;
}

}  // namespace physgrad
