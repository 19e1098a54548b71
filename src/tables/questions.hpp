#pragma once
// What a reader asks of a task: the least of some quantity among the methods that a constraint leaves.
#include <map>
#include <string>
#include <vector>

#include "physgrad/tables/best.hpp"
#include "physgrad/tables/grouping.hpp"

namespace physgrad {

/// What methods need of a problem, by name; as far as reports say.
using MethodNeeds = std::map<std::string, std::vector<std::string>>;
[[nodiscard]] MethodNeeds needs_of(const std::vector<LabelledReport>& reports);

/// A question and what seeds say to it.
struct Answer {
  std::size_t question = 0;  ///< index into question_headers()
  ProblemGroup rows;         ///< the tried rows that the constraint leaves; at least one
  bool repeated = false;     ///< a constraint that all of them meet: the question before, asked again
  Quantity quantity;
  std::string what = {};                  ///< of the quantity, where the header does not say it all: "0.03"
  std::vector<RowVerdict> verdicts = {};  ///< row_verdicts() of `rows`
  Standings standings = {};               ///< standings() of `rows`
};

/// Columns of a table: "lowest loss", "soonest [s]".
[[nodiscard]] const std::vector<std::string>& question_headers();
/// The same as the beginning of a sentence: "Lowest loss at the end".
[[nodiscard]] const std::vector<std::string>& question_sentences();

/// In the order of the questions; without those of which the task knows nothing.
[[nodiscard]] std::vector<Answer> answers_of(const ProblemGroup& group, const MethodNeeds& needs);

}  // namespace physgrad
