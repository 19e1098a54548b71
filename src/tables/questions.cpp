#include "physgrad/tables/questions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/instances.hpp"

namespace physgrad {
namespace {

struct Question {
  const char *header, *sentence;
  std::optional<Quantity> (*quantity)(const ProblemGroup&);
  bool (*admits)(const std::vector<std::string>& needs);
  bool at_target = false;
};

std::optional<Quantity> final_train_loss(const ProblemGroup&) {
  return Quantity{[](const CellRecord& cell) { return final_value(cell, &Losses::train_loss); }, false,
                  [](const CellRecord& cell) { return cell.initial.train_loss; }};
}

bool any_knows(const ProblemGroup& group, bool (*knows_it)(const CellRecord&)) {
  return std::ranges::any_of(group.rows, [&](const MethodRow& row) {
    return std::ranges::any_of(row.cells, [&](const CellRecord* cell) { return knows_it(*cell); });
  });
}

std::optional<Quantity> final_x_error(const ProblemGroup& group) {
  if (!any_knows(group, [](const CellRecord& cell) { return !std::isnan(cell.initial.x_error_relative); })) return {};
  return Quantity{[](const CellRecord& cell) { return final_value(cell, &Losses::x_error_relative); }, false,
                  [](const CellRecord& cell) { return cell.initial.x_error_relative; }};
}

std::optional<Quantity> heap(const ProblemGroup& group) {
  if (!any_knows(group, [](const CellRecord& cell) { return !std::isnan(cell.memory.peak_heap_bytes); })) return {};
  return Quantity{[](const CellRecord& cell) { return miss_if_absent(cell.memory.peak_heap_bytes); }};
}

std::optional<Quantity> cost_of_target(const ProblemGroup& group, Abscissa abscissa) {
  const std::optional<double> target = contested_target(group);
  if (!target || !knows({group}, abscissa)) return std::nullopt;
  return Quantity{[=](const CellRecord& cell) { return open_cost(cell, *target, abscissa); },
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

const Question kQuestions[] = {
    {"lowest loss", "Lowest loss at the end", final_train_loss, everything},
    {"no inverse", "Lowest loss without an inverse simulator", final_train_loss, without_inverse},
    {"gradients alone", "Lowest loss from gradients alone", final_train_loss, gradient_alone},
    {"lowest x error", "Lowest error in x", final_x_error, everything},
    {"soonest [s]", "Soonest at the hardest target that half of all cells reach", seconds_to_target, everything, true},
    {"fewest calls", "Fewest simulator calls to that target", calls_to_target, everything, true},
    {"least heap [B]", "Least heap", heap, everything}};

std::vector<std::string> texts_of(const char* Question::*text) {
  std::vector<std::string> result;
  for (const Question& question : kQuestions) result.emplace_back(question.*text);
  return result;
}

/// Leaves the tried rows that the question admits; what nothing is known of needs everything.
void leave_admitted(const Question& question, const MethodNeeds& needs, ProblemGroup& group) {
  std::erase_if(group.rows, [&](const MethodRow& row) {
    const auto found = needs.find(row.name);
    const bool fits = found == needs.end() ? question.admits == everything : question.admits(found->second);
    return !fits || row.tried().empty();
  });
}

}  // namespace

MethodNeeds needs_of(const std::vector<LabelledReport>& reports) {
  MethodNeeds needs;
  for (const LabelledReport& each : reports)
    for (const MethodNote& note : each.report.header.methods) needs.emplace(note.name, note.needs);
  return needs;
}

const std::vector<std::string>& question_headers() {
  static const std::vector<std::string> headers = texts_of(&Question::header);
  return headers;
}

const std::vector<std::string>& question_sentences() {
  static const std::vector<std::string> sentences = texts_of(&Question::sentence);
  return sentences;
}

std::vector<Answer> answers_of(const ProblemGroup& group, const MethodNeeds& needs) {
  const auto tried = std::ranges::count_if(group.rows, [](const MethodRow& row) { return !row.tried().empty(); });
  std::vector<Answer> answers;
  for (std::size_t i = 0; i < std::size(kQuestions); ++i) {
    std::optional<Quantity> quantity = kQuestions[i].quantity(group);
    if (!quantity) continue;
    Answer answer{.question = i, .rows = group, .quantity = std::move(*quantity)};
    leave_admitted(kQuestions[i], needs, answer.rows);
    if (answer.rows.rows.empty()) continue;
    answer.repeated = kQuestions[i].admits != everything && std::ssize(answer.rows.rows) == tried;
    if (kQuestions[i].at_target) answer.what = fmt::format("{:.3g}", *contested_target(group));
    answer.verdicts = row_verdicts(answer.rows, answer.quantity);
    answer.standings = standings(answer.rows, answer.quantity, answer.verdicts);
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace physgrad
