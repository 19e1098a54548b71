#include "physgrad/pages/json_table.hpp"

#include <fmt/format.h>

#include <cmath>

#include "physgrad/files/json.hpp"

namespace physgrad {
namespace {

/// JSON has no infinities: a miss is a text, so that it is not taken for what is absent.
OrderedJson value_json(double value) {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return number_json(value);
}

OrderedJson entry_json(const Column& column, const Entry& entry) {
  OrderedJson json = {{"text", entry.text}};
  if (column.number) json["value"] = value_json(entry.value);
  if (column.spread) {
    json["low"] = value_json(entry.low);
    json["high"] = value_json(entry.high);
  }
  if (column.number) json["best"] = entry.best;
  return json;
}

/// The rows are by far the most of it: one at a time is in memory as a tree.
std::string rows_text(const Table& table) {
  std::string text;
  for (const auto& row : table.rows) {
    OrderedJson line = OrderedJson::array();
    for (std::size_t c = 0; c < row.size(); ++c) line.push_back(entry_json(table.columns[c], row[c]));
    text += (text.empty() ? "\n    " : ",\n    ") + dump_json(line, -1);
  }
  return text;
}

}  // namespace

std::string json_tables(const std::vector<Table>& tables) {
  std::string text = "[";
  for (const Table& table : tables) {
    OrderedJson columns = OrderedJson::array();
    for (const Column& column : table.columns)
      columns.push_back({{"header", column.header}, {"number", column.number}, {"spread", column.spread}});
    text += fmt::format(
        "{}\n  {{\n   \"title\": {},\n   \"group\": {},\n   \"columns\": {},\n   \"rows\": [{}],\n   \"notes\": {}\n  "
        "}}",
        text.size() == 1 ? "" : ",", dump_json(table.title, -1), dump_json(table.group, -1), dump_json(columns, -1),
        rows_text(table), dump_json(table.notes, -1));
  }
  return text + "\n]\n";
}

}  // namespace physgrad
