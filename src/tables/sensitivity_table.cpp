#include "physgrad/tables/sensitivity_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "physgrad/core/numbers.hpp"
#include "physgrad/statistics/statistics.hpp"

namespace physgrad {
namespace {

double best_of(const StudiedPair& pair) { return *std::ranges::min_element(pair.first); }

/// How many times the least a loss is; no number where there is none to compare with.
double times_least(double loss, double least) {
  if (std::isinf(least) || least == 0) return loss == least && !std::isinf(least) ? 1 : kUnknown;
  return loss / least;
}

std::string chosen_text(const StudiedPair& pair) {
  if (pair.chosen < 0)
    return pair.failures.empty() ? "none: no loss" : fmt::format("none: {}", pair.failures.front().reason);
  std::vector<std::string> words;
  for (const auto& [key, value] : pair.trials[static_cast<std::size_t>(pair.chosen)])
    words.push_back(fmt::format("{}={}", key, to_text(value)));
  if (words.empty()) return "nothing to search";
  return fmt::format("{}{}", fmt::join(words, " "), pair.chosen == 0 ? " (the defaults)" : "");
}

std::vector<const StudiedPair*> studied_on(const TuningStudy& study, const std::string& problem) {
  std::vector<const StudiedPair*> pairs;
  for (const StudiedPair& pair : study.pairs)
    if (pair.problem == problem) pairs.push_back(&pair);
  return pairs;
}

Table losses_table(const std::string& problem, const std::vector<const StudiedPair*>& pairs) {
  Table table{problem + ": sensitivity to settings", problem, {}, {}, {}};
  table.columns = {{"method", false}, {"trials"},      {"lost"},         {"best"},         {"median"},
                   {"default"},       {"median/best"}, {"default/best"}, {"chosen", false}};
  for (const StudiedPair* pair : pairs) {
    const double best = best_of(*pair), median = quantile(pair->first, 0.5), own = pair->first.front();
    const auto lost = std::ranges::count_if(pair->first, [](double loss) { return std::isinf(loss); });
    table.rows.push_back({text_entry(pair->method), number_entry(static_cast<double>(pair->first.size())),
                          number_entry(static_cast<double>(lost)), number_entry(best), number_entry(median),
                          number_entry(own), number_entry(times_least(median, best)),
                          number_entry(times_least(own, best)), text_entry(chosen_text(*pair))});
  }
  return table;
}

/// "3", equal losses with equal ranks; "lost" where there is no loss.
Entry rank_entry(double loss, const std::vector<double>& all) {
  if (std::isinf(loss)) return text_entry("lost");
  const auto before = std::ranges::count_if(all, [&](double other) { return other < loss; });
  return number_entry(static_cast<double>(before + 1));
}

Table ranks_table(const std::string& problem, std::vector<const StudiedPair*> pairs) {
  Table table{problem + ": ranks by default and by tuned settings", problem, {}, {}, {}};
  table.columns = {{"method", false}, {"rank by default"}, {"default"}, {"rank tuned"}, {"tuned"}};
  std::vector<double> defaults, tuned;
  for (const StudiedPair* pair : pairs) {
    defaults.push_back(pair->first.front());
    tuned.push_back(pair->tuned_loss());
  }
  std::ranges::stable_sort(pairs, {}, &StudiedPair::tuned_loss);
  for (const StudiedPair* pair : pairs)
    table.rows.push_back({text_entry(pair->method), rank_entry(pair->first.front(), defaults),
                          number_entry(pair->first.front()), rank_entry(pair->tuned_loss(), tuned),
                          number_entry(pair->tuned_loss())});
  return table;
}

}  // namespace

Table studied_table(const std::vector<StudiedPair>& pairs) {
  Table table{"Tuned settings", "tuning", {}, {}, {}};
  table.columns = {{"problem", false}, {"method", false}, {"trials"},        {"seconds"},
                   {"default"},        {"best"},          {"chosen, whole"}, {"settings", false}};
  for (const StudiedPair& pair : pairs)
    table.rows.push_back({text_entry(pair.problem), text_entry(pair.method),
                          number_entry(static_cast<double>(pair.trials.size())), number_entry(pair.seconds),
                          number_entry(pair.first.front()), number_entry(best_of(pair)),
                          number_entry(pair.tuned_loss()), text_entry(chosen_text(pair))});
  table.notes = {
      "default, best: held-out loss in the first rung, of the method's own settings and of the best trial; chosen: "
      "median in the second, at the whole budget; seconds: of training, all trials"};
  return table;
}

std::vector<Table> sensitivity_tables(const TuningStudy& study) {
  std::vector<std::string> problems;
  for (const StudiedPair& pair : study.pairs)
    if (std::ranges::find(problems, pair.problem) == problems.end()) problems.push_back(pair.problem);
  std::vector<Table> tables;
  for (const std::string& problem : problems) {
    const std::vector<const StudiedPair*> pairs = studied_on(study, problem);
    tables.push_back(losses_table(problem, pairs));
    tables.push_back(ranks_table(problem, pairs));
  }
  if (tables.empty())
    tables.push_back({"Sensitivity", "sensitivity", {{"method", false}}, {}, {"no pair is finished"}});
  else
    tables.back().notes = {
        fmt::format("Held-out losses at the end. best, median, default: of the trials, at {:.3g} of the budget on seed "
                    "{}; lost: trials that failed, diverged or made no step in time, which are infinite. tuned: of the "
                    "chosen trial, the median over seeds {} at the whole budget, so that it is not to be set against "
                    "default but rank against rank.",
                    study.header.share, study.header.seeds.front(),
                    fmt::join(study.header.seeds.begin() + 1, study.header.seeds.end(), ", "))};
  return tables;
}

}  // namespace physgrad
