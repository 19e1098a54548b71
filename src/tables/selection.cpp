#include "physgrad/tables/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <set>
#include <utility>

#include "physgrad/core/pattern.hpp"

namespace physgrad {
namespace {

struct SeedRange {
  std::uint64_t first = 0, last = 0;
};

SeedRange parse_seed_range(const std::string& text) {
  const auto number = [&](std::string_view part) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (part.empty() || error != std::errc{} || end != part.data() + part.size())
      throw UsageError(fmt::format("--seed '{}': expected a seed or a range of seeds, as 3 or 0-7", text));
    return value;
  };
  const std::size_t dash = text.find('-');
  const SeedRange range = dash == std::string::npos ? SeedRange{number(text), number(text)}
                                                    : SeedRange{number(std::string_view(text).substr(0, dash)),
                                                                number(std::string_view(text).substr(dash + 1))};
  if (range.first > range.last) throw UsageError(fmt::format("--seed '{}': the range is empty", text));
  return range;
}

/// Calls `take` with the key of every cell, planned or ended: a report that was edited may have cells out of its plan.
void each_key(const std::vector<LabelledReport>& reports, const std::function<void(const CellKey&)>& take) {
  for (const LabelledReport& each : reports) {
    for (const CellKey& key : each.report.header.planned) take(key);
    for (const CellRecord& cell : each.report.cells) take(cell.key);
  }
}

std::vector<std::string> names_in(const std::vector<LabelledReport>& reports, std::string CellKey::*name) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  each_key(reports, [&](const CellKey& key) {
    if (seen.insert(key.*name).second) names.push_back(key.*name);
  });
  return names;
}

std::set<std::string> selected_names(const std::vector<LabelledReport>& reports, const std::string& kind,
                                     std::string CellKey::*name, const std::vector<std::string>& patterns) {
  const std::vector<std::string> chosen = chosen_names(kind, patterns, names_in(reports, name));
  return {chosen.begin(), chosen.end()};
}

void check_seeds(const std::vector<LabelledReport>& reports, const std::vector<SeedRange>& ranges,
                 const std::vector<std::string>& texts) {
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    bool found = false;
    each_key(reports, [&](const CellKey& key) { found |= ranges[i].first <= key.seed && key.seed <= ranges[i].last; });
    if (!found) throw UsageError(fmt::format("--seed {}: no cell has such a seed", texts[i]));
  }
}

}  // namespace

void select(std::vector<LabelledReport>& reports, const Selection& selection) {
  if (selection.problems.empty() && selection.methods.empty() && selection.seeds.empty()) return;
  const auto problems = selected_names(reports, "problem", &CellKey::problem, selection.problems);
  const auto methods = selected_names(reports, "method", &CellKey::method, selection.methods);
  std::vector<SeedRange> seeds;
  for (const std::string& text : selection.seeds) seeds.push_back(parse_seed_range(text));
  check_seeds(reports, seeds, selection.seeds);
  const auto seed_selected = [&](std::uint64_t seed) {
    return seeds.empty() ||
           std::ranges::any_of(seeds, [&](const SeedRange& r) { return r.first <= seed && seed <= r.last; });
  };
  const auto left_out = [&](const CellKey& key) {
    return !problems.contains(key.problem) || !methods.contains(key.method) || !seed_selected(key.seed);
  };
  for (LabelledReport& each : reports) {
    RunHeader& header = each.report.header;
    std::erase_if(header.planned, left_out);
    std::erase_if(each.report.cells, [&](const CellRecord& cell) { return left_out(cell.key); });
    std::erase_if(header.problems, [&](const ProblemNote& note) { return !problems.contains(note.name); });
    std::erase_if(header.methods, [&](const MethodNote& note) { return !methods.contains(note.name); });
    std::erase_if(header.seeds, [&](std::uint64_t seed) { return !seed_selected(seed); });
  }
}

}  // namespace physgrad
