#include "physgrad/pages/latex_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "physgrad/pages/column_blocks.hpp"
#include "physgrad/pages/latex_text.hpp"

namespace physgrad {
namespace {

constexpr std::size_t kLine = 84;  ///< characters of \footnotesize in a line of an article, gaps counted as here
constexpr std::size_t kPage = 40;  ///< lines that a float may have

/// One block of columns with what it says of its place.
struct Part {
  const Table& table;
  const ColumnBlock& block;

  /// A text too long for its column, which has a width then.
  [[nodiscard]] bool is_paragraph(std::size_t i) const {
    const std::size_t c = block.columns[i];
    if (table.columns[c].number) return false;
    for (const auto& row : table.rows)
      if (wrapped_text(row[c].text, block.widths[i]).size() > 1) return true;
    return false;
  }
  [[nodiscard]] std::string columns() const {
    std::string text;
    for (std::size_t i = 0; i < block.columns.size(); ++i)
      text += is_paragraph(i) ? fmt::format("p{{{:.1f}em}}", 0.5 * static_cast<double>(block.widths[i]))
                              : (table.columns[block.columns[i]].number ? "r" : "l");
    return text;
  }
  [[nodiscard]] std::string header() const {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < block.columns.size(); ++i) {
      const Column& column = table.columns[block.columns[i]];
      std::vector<std::string> lines = wrapped_text(column.header, block.widths[i]);
      for (std::string& line : lines) line = latex_text(line);
      texts.push_back(lines.size() == 1 ? lines.front()
                                        : fmt::format("\\begin{{tabular}}[b]{{@{{}}{}@{{}}}}{}\\end{{tabular}}",
                                                      column.number ? "r" : "l", fmt::join(lines, "\\\\")));
    }
    return fmt::format("{} \\\\\n", fmt::join(texts, " & "));
  }
  [[nodiscard]] std::string rows() const {
    std::vector<bool> paragraph;
    for (std::size_t i = 0; i < block.columns.size(); ++i) paragraph.push_back(is_paragraph(i));
    std::string text;
    for (const auto& row : table.rows) {
      std::vector<std::string> texts;
      for (std::size_t i = 0; i < block.columns.size(); ++i) {
        const Entry& entry = row[block.columns[i]];
        std::string each =
            table.columns[block.columns[i]].number ? latex_number(entry.text) : latex_text(entry.text, paragraph[i]);
        const bool formula = each.find('$') != std::string::npos;
        if (entry.best) each = fmt::format("\\textbf{{{}{}}}", formula ? "\\boldmath " : "", each);
        texts.push_back(paragraph[i] ? "\\raggedright " + each : each);
      }
      text += fmt::format("{} \\tabularnewline\n", fmt::join(texts, " & "));
    }
    return text;
  }
};

std::string notes_text(const Table& table) {
  std::string text;
  for (const std::string& note : table.notes) text += latex_text(note) + "\\par\n";
  return text;
}

std::string floating(const Table& table, const std::vector<ColumnBlock>& blocks) {
  std::string text = fmt::format(
      "\\begin{{table}}[htbp]\n\\centering\n\\setlength{{\\belowcaptionskip}}{{4pt}}\n\\caption{{{}}}"
      "\n\\footnotesize\n\\setlength{{\\tabcolsep}}{{3pt}}\n",
      latex_text(table.title));
  for (const ColumnBlock& block : blocks) {
    const Part part{table, block};
    if (&block != &blocks.front()) text += "\\par\\medskip\n";
    text += fmt::format(
        "\\resizebox{{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}}{{!}}{{%\n\\begin{{tabular}}{{{}}}\n"
        "\\toprule\n{}\\midrule\n{}\\bottomrule\n\\end{{tabular}}}}\n",
        part.columns(), part.header(), part.rows());
  }
  if (!table.notes.empty())
    text += fmt::format(
        "\\par\\smallskip\n\\begin{{minipage}}{{\\linewidth}}\\footnotesize\\raggedright\n{}\\end{{minipage}}\n",
        notes_text(table));
  return text + "\\end{table}\n";
}

std::string over_pages(const Table& table, const std::vector<ColumnBlock>& blocks) {
  std::string text = "\\begingroup\\footnotesize\\setlength{\\tabcolsep}{3pt}\n";
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const Part part{table, blocks[b]};
    const std::string which = blocks.size() == 1 ? "" : fmt::format(" (columns, part {} of {})", b + 1, blocks.size());
    if (b > 0) text += "\\addtocounter{table}{-1}\n";
    text += fmt::format(
        "\\begin{{longtable}}{{{}}}\n\\caption{{{}}}\\\\\n\\toprule\n{}\\midrule\n\\endfirsthead\n\\toprule\n{}"
        "\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n{}\\end{{longtable}}\n",
        part.columns(), latex_text(table.title + which), part.header(), part.header(), part.rows());
  }
  return text + "\\raggedright\n" + notes_text(table) + "\\endgroup\n";
}

/// Lines of text that all of it takes.
std::size_t lines_of(const Table& table, const TextGrid& grid, const std::vector<ColumnBlock>& blocks) {
  std::size_t lines = 0;
  for (const ColumnBlock& block : blocks)
    for (const auto& line : grid) {
      std::size_t height = 1;
      for (std::size_t i = 0; i < block.columns.size(); ++i)
        height = std::max(height, wrapped_text(line[block.columns[i]], block.widths[i]).size());
      lines += height;
    }
  for (const std::string& note : table.notes) lines += wrapped_text(note, kLine).size();
  return lines;
}

}  // namespace

std::string latex_packages() { return "% \\usepackage{booktabs,graphicx,longtable}\n"; }

std::string latex_table(const Table& table) {
  const TextGrid grid = text_grid(table, "", "");
  const std::vector<ColumnBlock> blocks = column_blocks(table, grid, kLine);
  return lines_of(table, grid, blocks) > kPage ? over_pages(table, blocks) : floating(table, blocks);
}

}  // namespace physgrad
