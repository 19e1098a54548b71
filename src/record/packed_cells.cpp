#include "physgrad/record/packed_cells.hpp"

#include <fmt/format.h>

#include <utility>

namespace physgrad {
namespace {

constexpr std::size_t kLargestExpansion = 64u << 20;  // bytes of text

/// A place of `common`.
Json::json_pointer place_in(const Json& common, const std::string& text, const JsonView& at) {
  try {
    Json::json_pointer place(text);
    if (!text.empty() && common.contains(place)) return place;
  } catch (const Json::exception&) {  // not the syntax of a pointer
  }
  at.fail(fmt::format("'{}' is no place in the common cell", text));
}

void expand(const JsonView& packed, std::vector<Json>& cells) {
  const Json& common = packed.at("common").value();
  const JsonView columns = packed.at("columns");
  std::vector<std::pair<Json::json_pointer, const Json*>> places;
  std::size_t rows = 0;
  for (const std::string& key : columns.keys()) {
    const std::size_t length = columns.at(key).items().size();
    if (!places.empty() && length != rows)
      columns.fail(fmt::format("column '{}' has {} values and another one {}", key, length, rows));
    rows = length;
    places.emplace_back(place_in(common, key, columns), &columns.at(key).value());
  }
  if (const std::size_t size = common.dump(-1, ' ', false, Json::error_handler_t::replace).size();
      rows > kLargestExpansion / (size + 1))
    packed.fail(fmt::format("{} cells of {} bytes are more than is read", rows, size));
  for (std::size_t row = 0; row < rows; ++row) {
    Json cell = common;
    for (const auto& [place, values] : places) cell[place] = (*values)[row];
    cells.push_back(std::move(cell));
  }
}

}  // namespace

std::vector<Json> unpacked_cells(const Json& report, const std::string& source) {
  std::vector<Json> cells;
  if (!report.is_object() || !report.contains("packed_cells")) return cells;
  for (const JsonView& packed : JsonView(report, source).at("packed_cells").items()) expand(packed, cells);
  return cells;
}

}  // namespace physgrad
