#include "physgrad/tables/paired_rows.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <map>

#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/trajectories.hpp"

namespace physgrad {
namespace {

/// Of every cell, which trajectory it followed.
std::map<const CellRecord*, std::size_t> trajectory_numbers(const std::vector<const CellRecord*>& cells) {
  std::map<const CellRecord*, std::size_t> result;
  const auto distinct = distinct_trajectories(cells);
  for (std::size_t i = 0; i < distinct.size(); ++i)
    for (const CellRecord* cell : distinct[i]) result[cell] = i;
  return result;
}

}  // namespace

std::vector<std::vector<CellPair>> distinct_pairs(const std::vector<const CellRecord*>& a,
                                                  const std::vector<const CellRecord*>& b) {
  std::map<std::uint64_t, const CellRecord*> partners;
  for (const CellRecord* cell : b) partners.emplace(cell->key.seed, cell);
  const auto of_a = trajectory_numbers(a), of_b = trajectory_numbers(b);
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> places;
  std::vector<std::vector<CellPair>> result;
  for (const CellRecord* cell : a) {
    const auto partner = partners.find(cell->key.seed);
    if (partner == partners.end()) continue;
    const std::pair trajectories(of_a.at(cell), of_b.at(partner->second));
    const auto [place, fresh] = places.try_emplace(trajectories, result.size());
    if (fresh) result.emplace_back();
    result[place->second].emplace_back(cell, partner->second);
  }
  return result;
}

std::vector<double> collect_pairs(const std::vector<std::vector<CellPair>>& pairs,
                                  const std::function<double(const CellRecord& a, const CellRecord& b)>& number) {
  std::vector<double> result;
  for (const std::vector<CellPair>& copies : pairs) {
    std::vector<double> values;
    for (const auto& [a, b] : copies) values.push_back(number(*a, *b));
    result.push_back(values.size() == 1 ? values.front() : quantile(std::move(values), 0.5));
  }
  return result;
}

std::string copies_text(std::size_t distinct, std::size_t pairs) {
  if (distinct == pairs) return {};
  return fmt::format("the seed changes {}: {} distinct pair{} of {}", distinct == 1 ? "nothing" : "little", distinct,
                     distinct == 1 ? "" : "s", pairs);
}

}  // namespace physgrad
