#include "physgrad/tables/table.hpp"

#include <utility>

namespace physgrad {

Entry text_entry(std::string text) { return {.text = std::move(text)}; }
Entry number_entry(double value) { return {.text = number_text(value), .value = value}; }
Entry time_entry(double value) { return {.text = number_text(value, {.infinite = "miss"}), .value = value}; }

Entry spread_entry(const Spread& value, const NumberStyle& style) {
  return {spread_text(value, style), value.median, value.low, value.high};
}

std::vector<bool> best_rows(const Table& table, std::size_t column) {
  std::vector<bool> result;
  for (const auto& row : table.rows) result.push_back(row[column].best);
  return result;
}

}  // namespace physgrad
