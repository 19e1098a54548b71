#include "physgrad/pages/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "physgrad/core/settings.hpp"

namespace physgrad {
namespace {

std::string padded(const std::string& text, std::size_t width, bool right) {
  return right ? fmt::format("{:>{}}", text, width) : fmt::format("{:<{}}", text, width);
}

/// All entries as text, headers first, the best ones between `open` and `close`.
std::vector<std::vector<std::string>> texts(const Table& table, const char* open, const char* close) {
  std::vector<std::vector<std::string>> result(table.rows.size() + 1);
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    result[0].push_back(table.columns[c].header);
    const std::vector<bool> best = best_rows(table, c);
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      const std::string& text = table.rows[r][c].text;
      result[r + 1].push_back(best[r] ? open + text + close : text);
    }
  }
  return result;
}

std::vector<std::size_t> widths(const std::vector<std::vector<std::string>>& lines) {
  std::vector<std::size_t> result(lines.front().size(), 3);
  for (const auto& line : lines)
    for (std::size_t c = 0; c < line.size(); ++c) result[c] = std::max(result[c], line[c].size());
  return result;
}

std::string text_table(const Table& table) {
  const auto lines = texts(table, "*", "");
  const auto width = widths(lines);
  std::string result = table.title + "\n";
  std::size_t total = 0;
  for (const std::size_t each : width) total += each + 2;
  for (std::size_t r = 0; r < lines.size(); ++r) {
    std::string line = " ";
    for (std::size_t c = 0; c < width.size(); ++c)
      line += " " + padded(lines[r][c], width[c], table.columns[c].number) + " ";
    line.erase(line.find_last_not_of(' ') + 1);
    result += line + "\n";
    if (r == 0) result += "  " + std::string(total - 2, '-') + "\n";
  }
  for (const std::string& note : table.notes) result += "  " + note + "\n";
  return result;
}

std::string escaped_markdown(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.insert(at, "\\");
  return text;
}

std::string markdown_table(const Table& table) {
  auto lines = texts(table, "**", "**");
  for (auto& line : lines)
    for (std::string& each : line) each = escaped_markdown(each);
  const auto width = widths(lines);
  std::string result = "### " + table.title + "\n\n";
  for (std::size_t r = 0; r < lines.size(); ++r) {
    result += "|";
    for (std::size_t c = 0; c < width.size(); ++c)
      result += " " + padded(lines[r][c], width[c], table.columns[c].number) + " |";
    result += "\n";
    if (r > 0) continue;
    result += "|";
    for (std::size_t c = 0; c < width.size(); ++c)
      result += table.columns[c].number ? std::string(width[c] + 1, '-') + ":|" : std::string(width[c] + 2, '-') + "|";
    result += "\n";
  }
  for (const std::string& note : table.notes) result += "\n" + note + "\n";
  return result;
}

std::string escaped_latex(const std::string& text) {
  std::string result;
  for (const char letter : text) {
    if (std::string("&%$#_{}").find(letter) != std::string::npos) result += '\\';
    if (letter == '\\')
      result += "\\textbackslash{}";
    else if (letter == '~' || letter == '^')
      result += fmt::format("\\{}{{}}", letter);
    else
      result += letter;
  }
  return result;
}

std::string latex_table(const Table& table) {
  std::string result = fmt::format("% {}\n\\begin{{tabular}}{{", table.title);
  for (const Column& column : table.columns) result += column.number ? "r" : "l";
  result += "}\n\\hline\n";
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    result += (c > 0 ? " & " : "") + escaped_latex(table.columns[c].header);
  result += " \\\\\n\\hline\n";
  std::vector<std::vector<bool>> best;
  for (std::size_t c = 0; c < table.columns.size(); ++c) best.push_back(best_rows(table, c));
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const std::string text = escaped_latex(table.rows[r][c].text);
      result += (c > 0 ? " & " : "") + (best[c][r] ? "\\textbf{" + text + "}" : text);
    }
    result += " \\\\\n";
  }
  result += "\\hline\n\\end{tabular}\n";
  for (const std::string& note : table.notes) result += "% " + note + "\n";
  return result;
}

/// Names and reasons come out of reports, which may hold anything: a line end would break the table's lines.
void keep_to_lines(Table& table) {
  for (std::string* text : {&table.title, &table.group}) *text = one_line(*text);
  for (std::string& note : table.notes) note = one_line(note);
  for (Column& column : table.columns) column.header = one_line(column.header);
  for (auto& row : table.rows)
    for (Entry& entry : row) entry.text = one_line(entry.text);
}

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

/// One table for all: the union of their columns, what a table lacks stays empty.
std::string csv_table(const std::vector<Table>& tables) {
  std::vector<std::string> headers;
  for (const Table& table : tables)
    for (const Column& column : table.columns)
      for (const std::string& header : csv_headers(column))
        if (std::ranges::find(headers, header) == headers.end()) headers.push_back(header);
  std::string result = "group";
  for (const std::string& header : headers) result += "," + quoted(header);
  result += "\n";
  for (const Table& table : tables)
    for (const auto& row : table.rows) {
      std::vector<std::string> line(headers.size());
      for (std::size_t c = 0; c < row.size(); ++c) {
        const auto names = csv_headers(table.columns[c]);
        const auto values = csv_values(table.columns[c], row[c]);
        for (std::size_t v = 0; v < names.size(); ++v)
          line[static_cast<std::size_t>(std::ranges::find(headers, names[v]) - headers.begin())] = values[v];
      }
      result += quoted(table.group);
      for (const std::string& value : line) result += "," + quoted(value);
      result += "\n";
    }
  return result;
}

}  // namespace

std::string render(const std::vector<Table>& given, TableFormat format) {
  std::vector<Table> tables = given;
  for (Table& table : tables) keep_to_lines(table);
  if (format == TableFormat::csv) return csv_table(tables);
  std::string result;
  for (const Table& table : tables) {
    if (!result.empty()) result += "\n";
    if (format == TableFormat::text) result += text_table(table);
    if (format == TableFormat::markdown) result += markdown_table(table);
    if (format == TableFormat::latex) result += latex_table(table);
  }
  return result;
}

}  // namespace physgrad
