#include "physgrad/pages/render.hpp"

#include "physgrad/core/settings.hpp"
#include "physgrad/pages/csv_table.hpp"
#include "physgrad/pages/json_table.hpp"
#include "physgrad/pages/latex_table.hpp"
#include "physgrad/pages/markdown_table.hpp"
#include "physgrad/pages/text_table.hpp"

namespace physgrad {
namespace {

/// Names and reasons come out of reports, which may hold anything: a line end would break the table's lines.
void keep_to_lines(Table& table) {
  for (std::string* text : {&table.title, &table.group}) *text = one_line(*text);
  for (std::string& note : table.notes) note = one_line(note);
  for (Column& column : table.columns) column.header = one_line(column.header);
  for (auto& row : table.rows)
    for (Entry& entry : row) entry.text = one_line(entry.text);
}

/// Tables that stand under each other.
std::string text_of(const Table& table, TableFormat format, const TextStyle& style) {
  if (format == TableFormat::markdown) return markdown_table(table);
  return format == TableFormat::latex ? latex_table(table) : text_table(table, style);
}

}  // namespace

std::string render(const std::vector<Table>& given, TableFormat format, const TextStyle& style) {
  std::vector<Table> tables = given;
  for (Table& table : tables) keep_to_lines(table);
  if (format == TableFormat::csv) return csv_table(tables);
  if (format == TableFormat::json) return json_tables(tables);
  std::string result = format == TableFormat::latex ? latex_packages() : "";
  for (const Table& table : tables) {
    if (!result.empty()) result += "\n";
    result += text_of(table, format, style);
  }
  return result;
}

}  // namespace physgrad
