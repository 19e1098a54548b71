#include "physgrad/pages/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "physgrad/core/settings.hpp"

namespace physgrad {
namespace {

/// What a column is sorted by: the number, where there is one; a miss comes last.
std::string sort_key(const Entry& entry) {
  if (std::isnan(entry.value)) return {};
  return fmt::format(" data-v=\"{}\"", std::isinf(entry.value) ? (entry.value > 0 ? "1e999" : "-1e999")
                                                               : fmt::format("{:.6g}", entry.value));
}

std::string html_entry(const Entry& entry, bool number, bool first) {
  const char* tag = first ? "th scope=\"row\"" : "td";
  const std::string text = escaped_html(entry.text);
  return fmt::format("<{}{}{}>{}</{}>", tag, number ? " class=\"n\"" : "", sort_key(entry),
                     entry.best ? fmt::format("<strong title=\"best by verdicts\">{}</strong>", text) : text,
                     first ? "th" : "td");
}

}  // namespace

std::string escaped_html(std::string_view text) {
  std::string result;
  for (const char letter : one_line(text)) {
    switch (letter) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += letter;
    }
  }
  return result;
}

std::string Anchors::make(std::string_view heading) {
  std::string plain;
  for (const char letter : heading) {
    const bool keep = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
    const bool upper = letter >= 'A' && letter <= 'Z';
    if (keep || upper)
      plain += upper ? static_cast<char>(letter - 'A' + 'a') : letter;
    else if (!plain.empty() && plain.back() != '-')
      plain += '-';
  }
  while (plain.ends_with('-')) plain.pop_back();
  if (plain.empty()) plain = "section";
  std::string result = plain;
  for (int count = 2; std::ranges::find(used_, result) != used_.end(); ++count)
    result = fmt::format("{}-{}", plain, count);
  used_.push_back(result);
  return result;
}

std::string html_table(const Table& table, std::string_view caption) {
  const std::string title = escaped_html(caption.empty() ? std::string_view(table.title) : caption);
  std::string html = fmt::format(
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\">\n<table>\n<caption>{0}</caption>\n"
      "<thead><tr>",
      title);
  for (const Column& column : table.columns)
    html +=
        fmt::format("<th scope=\"col\"{}>{}</th>", column.number ? " class=\"n\"" : "", escaped_html(column.header));
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    html += "<tr>";
    for (std::size_t c = 0; c < row.size() && c < table.columns.size(); ++c)
      html += html_entry(row[c], table.columns[c].number, c == 0);
    html += "</tr>\n";
  }
  html += "</tbody>\n</table>\n</div>\n";
  for (const std::string& note : table.notes) html += fmt::format("<p class=\"note\">{}</p>\n", escaped_html(note));
  return html;
}

}  // namespace physgrad
