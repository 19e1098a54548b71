#include "physgrad/tables/table.hpp"

#include <fmt/format.h>

#include <utility>

namespace physgrad {
namespace {

std::string number_text(double value) {
  if (std::isnan(value)) return "-";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return fmt::format("{:.3g}", value);
}

}  // namespace

Entry text_entry(std::string text) { return {.text = std::move(text)}; }
Entry number_entry(double value) { return {.text = number_text(value), .value = value}; }
Entry time_entry(double value) { return {.text = std::isinf(value) ? "miss" : number_text(value), .value = value}; }

Entry spread_entry(const Spread& value) {
  std::string text = number_text(value.median);
  if (value.low != value.high && !std::isnan(value.low))
    text += fmt::format(" [{}, {}]", number_text(value.low), number_text(value.high));
  return {std::move(text), value.median, value.low, value.high};
}

std::vector<bool> best_rows(const Table& table, std::size_t column) {
  std::vector<bool> result;
  for (const auto& row : table.rows) result.push_back(row[column].best);
  return result;
}

}  // namespace physgrad
