// Formats of tables: what they hold is there whatever it is, and stays text.
#include "physgrad/pages/render.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "physgrad/core/numbers.hpp"
#include "physgrad/files/json.hpp"
#include "physgrad/pages/display_width.hpp"
#include "physgrad/tables/tables.hpp"
#include "record/sample_records.hpp"

namespace physgrad {
namespace {

std::vector<std::string> lines_of_page(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Twelve methods with a number of targets: wider than most terminals.
std::vector<LabelledReport> wide_reports() {
  std::vector<std::vector<CellRecord>> parts;
  for (const char* method : {"dp-adam", "hig", "compose:loss=newton,physics=inverse,network=half-inverse,rule=sgd"}) {
    parts.push_back(testing::seeded_cells(method, {0.1, 0.2, 0.3, 0.4, 0.5, 0.6}));
    for (CellRecord& cell : parts.back()) cell.targets.push_back({0.25, 0.015625, 10});
  }
  return testing::one_report(parts);
}

Table small_table() {
  Table table{"t", "g", {{"method", false}, {"loss"}, {.header = "time [s]", .spread = true}}, {}, {"a note"}};
  table.rows.push_back({text_entry("a"), number_entry(0.5), spread_entry({1, 0.5, 2})});
  table.rows.push_back({text_entry("b"), number_entry(kUnknown), spread_entry({kInfinity, 3, kInfinity})});
  table.rows[0][1].best = true;
  return table;
}

TEST(TextTables, AreAlignedByWhatIsSeen) {
  Table table{"t", "g", {{"method", false}, {"loss"}}, {}, {}};
  table.rows.push_back({text_entry("\xe4\xb8\xad\xe6\x96\x87"), number_entry(1)});  // two wide characters
  table.rows.push_back({text_entry("a\xcc\x88\xc3\xb6"), number_entry(20)});        // a mark, and two bytes
  EXPECT_EQ(render({table}, TableFormat::text),
            "t\n  method  loss\n  ------------\n  \xe4\xb8\xad\xe6\x96\x87       1\n  a\xcc\x88\xc3\xb6        20\n");
}

TEST(TextTables, ColoursMarkTitlesAndTheBest) {
  const std::string plain = render({small_table()}, TableFormat::text);
  std::string coloured = render({small_table()}, TableFormat::text, {.colours = true});
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  EXPECT_NE(coloured.find("\x1b[1;32m*0.5\x1b[0m"), std::string::npos) << coloured;
  EXPECT_TRUE(coloured.starts_with("\x1b[1mt\x1b[0m\n")) << coloured;
  for (const char* escape : {"\x1b[1;32m", "\x1b[1m", "\x1b[0m"})
    for (std::size_t at; (at = coloured.find(escape)) != std::string::npos;)
      coloured.erase(at, std::string_view(escape).size());
  EXPECT_EQ(coloured, plain);  // colours move nothing
}

TEST(TextTables, FitNarrowTerminalsWithEveryNumber) {
  const auto reports = wide_reports();
  for (const std::string& kind : table_kinds())
    for (const Table& table : make_tables(kind, reports))
      for (const std::size_t columns : {60, 80, 120}) {
        const std::string text = render({table}, TableFormat::text, {.columns = columns});
        for (const std::string& line : lines_of_page(text)) EXPECT_LE(display_width(line), columns) << line;
        for (const auto& row : table.rows)
          for (std::size_t c = 0; c < row.size(); ++c)
            if (table.columns[c].number) {
              EXPECT_NE(text.find(row[c].text), std::string::npos) << kind << " " << row[c].text << "\n" << text;
            }
      }
}

TEST(TextTables, BlocksRepeatWhatTellsRowsApart) {
  Table table{"t", "g", {{"of", false}, {"A", false}, {"B", false}, {"first number"}, {"second number"}}, {}, {}};
  for (const char* b : {"gn", "hig"})
    table.rows.push_back({text_entry("loss"), text_entry("pg"), text_entry(b), number_entry(1), number_entry(2)});
  // "of" and "A" are the same everywhere.
  EXPECT_EQ(render({table}, TableFormat::text, {.columns = 24}),
            "t\n"
            "                   first\n"
            "  B    of    A    number\n"
            "  ----------------------\n"
            "  gn   loss  pg        1\n"
            "  hig  loss  pg        1\n"
            "\n"
            "  B    second number\n"
            "  ------------------\n"
            "  gn               2\n"
            "  hig              2\n");
}

TEST(MarkdownTables, TextsAreNoMarkup) {
  Table table{"a *b*", "g", {{"method", false}, {"loss"}}, {}, {"# <b> |x| a_b _c_ A & B &amp; \\"}};
  table.rows.push_back({text_entry("<i>`x`|*"), number_entry(-0.5)});
  table.rows.back()[1].best = true;
  const std::string text = render({table}, TableFormat::markdown);
  EXPECT_NE(text.find("### a \\*b\\*\n"), std::string::npos) << text;
  EXPECT_NE(text.find("| \\<i>\\`x\\`\\|\\* | **-0.5** |"), std::string::npos) << text;
  EXPECT_NE(text.find("\n\\# \\<b> \\|x\\| a_b \\_c\\_ A & B \\&amp; \\\\\n"), std::string::npos) << text;
}

TEST(JsonTables, SayEverything) {
  const Json json = parse_json(render({small_table(), small_table()}, TableFormat::json), "tables.json");
  ASSERT_EQ(json.size(), 2u);
  EXPECT_EQ(json[0]["title"], "t");
  EXPECT_EQ(json[0]["group"], "g");
  EXPECT_EQ(json[0]["notes"], Json::parse(R"(["a note"])"));
  EXPECT_EQ(json[0]["columns"], Json::parse(R"([{"header": "method", "number": false, "spread": false},
    {"header": "loss", "number": true, "spread": false}, {"header": "time [s]", "number": true, "spread": true}])"));
  EXPECT_EQ(json[0]["rows"][0], Json::parse(R"([{"text": "a"}, {"text": "0.5", "value": 0.5, "best": true},
    {"text": "1.0 [0.50, 2.0]", "value": 1.0, "low": 0.5, "high": 2.0, "best": false}])"));
  EXPECT_EQ(json[0]["rows"][1], Json::parse(R"([{"text": "b"}, {"text": "-", "value": null, "best": false},
    {"text": "inf [3, inf]", "value": "inf", "low": 3.0, "high": "inf", "best": false}])"));
  EXPECT_EQ(render({}, TableFormat::json), "[\n]\n");
}

/// What pdflatex would stop at: an unescaped special character, a brace or an environment without its other half, a
/// letter beyond Latin-1.
void expect_sound_latex(const std::string& text) {
  std::vector<std::string> open;
  int braces = 0;
  bool comment = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if (letter == '\n') comment = false;
    if (comment) continue;
    if (text.compare(at, 7, "\\begin{") == 0) open.push_back(text.substr(at + 7, text.find('}', at) - at - 7));
    if (text.compare(at, 5, "\\end{") == 0) {
      ASSERT_FALSE(open.empty());
      EXPECT_EQ(open.back(), text.substr(at + 5, text.find('}', at) - at - 5));
      open.pop_back();
    }
    if (letter == '\\') {
      ++at;
      continue;
    }
    comment = letter == '%';
    braces += letter == '{' ? 1 : letter == '}' ? -1 : 0;
    EXPECT_GE(braces, 0);
    EXPECT_EQ(std::string("#_~\"<|").find(letter), std::string::npos) << text.substr(at, 20);
    EXPECT_LE(static_cast<unsigned char>(letter), 0xc3) << text.substr(at, 20);
  }
  EXPECT_EQ(braces, 0) << text;
  EXPECT_TRUE(open.empty()) << text;
}

TEST(LatexTables, SetWhateverNamesHold) {
  Table table{"h&t \\end{table}", "g", {{"a_b", false}, {"x^2 [%]"}}, {}, {"50 % #1 $x$ <b> \"q\" `c`"}};
  table.rows.push_back({text_entry("[first"), number_entry(3.2e-5)});
  table.rows.push_back({text_entry("*second -- {x}~"), number_entry(kInfinity)});
  table.rows.push_back(
      {text_entry("\xc3\xa9 \xce\xba \xe2\x88\x82 \xe4\xb8\xad \xc3\xb0 \xf0\x9f\x98\x80"),  // é κ ∂ 中 ð
       number_entry(kUnknown)});
  table.rows[0][1].best = true;
  const std::string text = render({table}, TableFormat::latex);
  expect_sound_latex(text);
  for (const char* part :
       {"\\caption{h\\&t \\textbackslash{}end\\{table\\}}", "\\toprule", "\\midrule", "\\bottomrule", "a\\_b",
        "{[}first & \\textbf{\\boldmath 3.2$\\cdot10^{-5}$}", "{*}second -{}- \\{x\\}\\textasciitilde{} & $\\infty$",
        "\xc3\xa9 $\\kappa$ $\\partial$ U+4E2D U+00F0 U+1F600 & --",
        "50 \\% \\#1 \\$x\\$ \\textless{}b\\textgreater{} \\char34{}q\\char34{} \\char96{}c\\char96{}\\par"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST(LatexTables, OfEveryKindAreSound) {
  for (const std::string& kind : table_kinds())
    expect_sound_latex(render(make_tables(kind, wide_reports()), TableFormat::latex));
}

TEST(LatexTables, MoreThanAPageIsNoFloat) {
  Table table = small_table();
  EXPECT_NE(render({table}, TableFormat::latex).find("\\begin{table}[htbp]"), std::string::npos);
  for (int i = 0; i < 60; ++i) table.rows.push_back(table.rows[0]);
  const std::string text = render({table}, TableFormat::latex);
  expect_sound_latex(text);
  EXPECT_NE(text.find("\\begin{longtable}{lrr}"), std::string::npos) << text;
  EXPECT_EQ(text.find("\\begin{table}"), std::string::npos);
}

TEST(CsvTables, HaveEveryDigitAndQuoteWhatNeedsIt) {
  Table table = small_table();
  table.group = "a, \"b\"";
  table.rows[0][1] = number_entry(0.1234567890123);
  EXPECT_EQ(render({table}, TableFormat::csv),
            "group,method,loss,time [s],time [s] low,time [s] high\n"
            "\"a, \"\"b\"\"\",a,0.1234567890123,1,0.5,2\n"
            "\"a, \"\"b\"\"\",b,,inf,3,inf\n");
}

}  // namespace
}  // namespace physgrad
