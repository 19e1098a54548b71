#include "physgrad/tables/paired_rows.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <unordered_map>

#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/trajectories.hpp"

namespace physgrad {
namespace {

using Cells = std::vector<const CellRecord*>;

/// Of every cell, which trajectory it followed.
std::unordered_map<const CellRecord*, std::size_t> trajectory_numbers(const Trajectories& trajectories) {
  std::unordered_map<const CellRecord*, std::size_t> result;
  for (std::size_t i = 0; i < trajectories.size(); ++i)
    for (const CellRecord* cell : trajectories[i]) result[cell] = i;
  return result;
}

/// In the order of `a`.
std::vector<CellPair> pairs_by_seed(const Cells& a, const Cells& b) {
  std::unordered_map<std::uint64_t, const CellRecord*> partners;
  for (const CellRecord* cell : b) partners.emplace(cell->key.seed, cell);
  std::vector<CellPair> result;
  for (const CellRecord* cell : a)
    if (const auto partner = partners.find(cell->key.seed); partner != partners.end())
      result.emplace_back(cell, partner->second);
  return result;
}

std::vector<std::vector<CellPair>> copies_together(const std::vector<CellPair>& pairs, const Trajectories& of_a,
                                                   const Trajectories& of_b) {
  const auto a = trajectory_numbers(of_a), b = trajectory_numbers(of_b);
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> places;
  std::vector<std::vector<CellPair>> result;
  for (const CellPair& pair : pairs) {
    const auto [place, fresh] = places.try_emplace({a.at(pair.first), b.at(pair.second)}, result.size());
    if (fresh) result.emplace_back();
    result[place->second].push_back(pair);
  }
  return result;
}

std::vector<std::vector<CellPair>> distinct_pairs(const Cells& a, const Trajectories& of_a, const Cells& b,
                                                  const Trajectories& of_b) {
  const std::vector<CellPair> pairs = pairs_by_seed(a, b);
  // Where one side has no copies no pair has one.
  if (of_a.size() < a.size() && of_b.size() < b.size()) return copies_together(pairs, of_a, of_b);
  std::vector<std::vector<CellPair>> result;
  for (const CellPair& pair : pairs) result.push_back({pair});
  return result;
}

}  // namespace

std::vector<std::vector<CellPair>> distinct_pairs(const Cells& a, const Cells& b) {
  return distinct_pairs(a, distinct_trajectories(a), b, distinct_trajectories(b));
}

std::vector<std::vector<CellPair>> distinct_pairs(const MethodRow& a, const MethodRow& b) {
  return distinct_pairs(a.tried(), a.distinct(), b.tried(), b.distinct());
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
