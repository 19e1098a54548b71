#include "physgrad/pages/tidy_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <type_traits>
#include <utility>

#include "physgrad/files/json.hpp"
#include "physgrad/pages/render.hpp"

namespace physgrad {
namespace {

constexpr std::size_t kPiece = 1u << 16;  // bytes, after which the sink gets what there is

void append_quoted(std::string& line, const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    line += text;
    return;
  }
  line += '"';
  for (const char letter : text) {
    if (letter == '"') line += '"';
    line += letter;
  }
  line += '"';
}

/// `absent` for what there is not.
void append_value(std::string& line, const TidyValue& value, TidyFormat format) {
  const char* absent = format == TidyFormat::csv ? "" : "null";
  std::visit(
      [&](const auto& content) {
        using Content = std::decay_t<decltype(content)>;
        if constexpr (std::is_same_v<Content, std::monostate>)
          line += absent;
        else if constexpr (std::is_same_v<Content, std::string>) {
          if (format == TidyFormat::csv)
            append_quoted(line, content);
          else
            line += dump_json(content, -1);
        } else if constexpr (std::is_same_v<Content, double>) {
          if (std::isfinite(content))
            fmt::format_to(std::back_inserter(line), "{}", content);
          else
            line += absent;
        } else {
          fmt::format_to(std::back_inserter(line), "{}", content);
        }
      },
      value);
}

std::string header_line(const TidyForm& form) {
  std::string line;
  for (const TidyColumn& column : form.columns) {
    if (!line.empty()) line += ',';
    append_quoted(line, column.name);
  }
  return line + "\n";
}

void append_row(std::string& text, const TidyForm& form, const std::vector<std::string>& keys, const Observation& at,
                TidyFormat format) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    text += keys[i];
    append_value(text, form.columns[i].get(at), format);
  }
  text += format == TidyFormat::jsonl ? "}\n" : "\n";
}

/// What stands before the value of each column.
std::vector<std::string> keys_of(const TidyForm& form, TidyFormat format) {
  std::vector<std::string> keys;
  for (const TidyColumn& column : form.columns) {
    std::string key = keys.empty() ? "" : ",";
    if (format == TidyFormat::jsonl) key = (keys.empty() ? "{" : ",") + dump_json(column.name, -1) + ":";
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace

void write_tidy(const TidyForm& form, const std::vector<LabelledReport>& reports, TidyFormat format,
                const TextSink& sink) {
  const std::vector<std::string> keys = keys_of(form, format);
  std::string text = format == TidyFormat::csv ? header_line(form) : std::string{};
  form.visit(reports, [&](const Observation& at) {
    append_row(text, form, keys, at, format);
    if (text.size() < kPiece) return;
    sink(text);
    text.clear();
  });
  sink(text);
}

std::string dictionary_document() {
  const std::string text =
      "# Data dictionary\n\n"
      "What `physgrad-bench export --what FORM` writes, by form; made by `physgrad-bench export --what dictionary "
      "--format md`.\n"
      "[Exported data](../results/README.md#exported-data) says how to get and to read it. Units: s seconds, B bytes, "
      "loss and x\n"
      "as the problem defines them; empty: none.\n\n";
  std::vector<Table> tables;
  for (const TidyForm& form : tidy_forms()) {
    Table table{form.name, form.name, {}, {}, {fmt::format("A row is {}.", form.row)}};
    table.columns = {{"column", false}, {"type", false}, {"unit", false}, {"meaning", false}};
    for (const TidyColumn& column : form.columns)
      table.rows.push_back({text_entry(column.name), text_entry(to_text(column.type)), text_entry(column.unit),
                            text_entry(column.meaning)});
    tables.push_back(std::move(table));
  }
  return text + render(tables, TableFormat::markdown);
}

}  // namespace physgrad
