#include "physgrad/study/only.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "physgrad/core/pattern.hpp"
#include "physgrad/record/cell_file.hpp"

namespace physgrad {
namespace {

const std::vector<std::string> kWords = {"failed", "missing"};

bool pattern_fits(const std::string& pattern, const CellKey& cell) {
  const std::string name = fmt::format("{}/{}", cell.problem, cell.method);
  std::string file = cell_file_name(cell);
  file.erase(file.rfind('.'));
  return fits(pattern, name) || fits(pattern, fmt::format("{}/{}", name, cell.seed)) || fits(pattern, file);
}

bool means(const std::string& word, const CellKey& cell, const FoundCell& found) {
  if (word == "missing") return !found.complete();
  if (word == "failed") return found.record && found.record->status != Status::skipped && !succeeded(*found.record);
  return pattern_fits(word, cell);
}

}  // namespace

void check_only(const std::vector<std::string>& only, const std::vector<CellKey>& cells) {
  for (const std::string& word : only) {
    const auto fitting = [&](const CellKey& cell) { return pattern_fits(word, cell); };
    if (contains(kWords, word) || std::ranges::any_of(cells, fitting)) continue;
    std::set<std::string> names(kWords.begin(), kWords.end());
    for (const CellKey& cell : cells) names.insert(fmt::format("{}/{}", cell.problem, cell.method));
    const std::string hint = is_pattern(word)
                                 ? fmt::format("a cell of the run is {}/{}/{}", cells.front().problem,
                                               cells.front().method, cells.front().seed)
                                 : fmt::format("did you mean '{}'?", nearest_name(word, {names.begin(), names.end()}));
    throw UsageError(fmt::format(
        "--only '{}' fits no cell; {}; expected failed, missing, or a pattern for PROBLEM/METHOD, PROBLEM/METHOD/SEED "
        "or the name of a cell's file",
        word, hint));
  }
}

std::vector<bool> chosen_again(const std::vector<std::string>& only, const std::vector<CellKey>& cells,
                               const std::vector<FoundCell>& found) {
  std::vector<bool> chosen(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i)
    chosen[i] = std::ranges::any_of(only, [&](const std::string& word) { return means(word, cells[i], found[i]); });
  return chosen;
}

}  // namespace physgrad
