#include "physgrad/pages/csv_table.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

namespace physgrad {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string result = "\"";
  for (const char letter : text) result += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return result + "\"";
}

/// What machines read: every digit, nothing where absent.
std::string csv_number(double value) { return std::isnan(value) ? std::string{} : fmt::format("{}", value); }

std::vector<std::string> csv_headers(const Column& column) {
  if (!column.spread) return {column.header};
  return {column.header, column.header + " low", column.header + " high"};
}

std::vector<std::string> csv_values(const Column& column, const Entry& entry) {
  if (!column.number) return {entry.text};
  if (!column.spread) return {std::isnan(entry.value) && entry.text != "-" ? entry.text : csv_number(entry.value)};
  return {csv_number(entry.value), csv_number(entry.low), csv_number(entry.high)};
}

}  // namespace

std::string csv_table(const std::vector<Table>& tables) {
  std::vector<std::string> headers;
  std::map<std::string, std::size_t> places;
  for (const Table& table : tables)
    for (const Column& column : table.columns)
      for (const std::string& header : csv_headers(column))
        if (places.try_emplace(header, headers.size()).second) headers.push_back(header);
  std::string result = "group";
  for (const std::string& header : headers) result += "," + quoted(header);
  result += "\n";
  for (const Table& table : tables)
    for (const auto& row : table.rows) {
      std::vector<std::string> line(headers.size());
      for (std::size_t c = 0; c < row.size(); ++c) {
        const auto names = csv_headers(table.columns[c]);
        const auto values = csv_values(table.columns[c], row[c]);
        for (std::size_t v = 0; v < names.size(); ++v) line[places.at(names[v])] = values[v];
      }
      result += quoted(table.group);
      for (const std::string& value : line) result += "," + quoted(value);
      result += "\n";
    }
  return result;
}

}  // namespace physgrad
