#include "fuzz/readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/problem_file.hpp"
#include "physgrad/claims/claim_reports.hpp"
#include "physgrad/claims/claim_verdict.hpp"
#include "physgrad/claims/claims_file.hpp"
#include "physgrad/claims/claims_table.hpp"
#include "physgrad/files/json.hpp"
#include "physgrad/pages/claims_document.hpp"
#include "physgrad/pages/render.hpp"
#include "physgrad/pages/tidy_text.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/record/micro_benchmarks.hpp"
#include "physgrad/record/report_json.hpp"
#include "physgrad/record/weights.hpp"
#include "physgrad/schema/validate.hpp"
#include "physgrad/study/config.hpp"
#include "physgrad/study/plan.hpp"
#include "physgrad/tables/bounds.hpp"
#include "physgrad/tables/compare_benchmarks.hpp"
#include "physgrad/tables/compare_reports.hpp"
#include "physgrad/tables/comparison_tables.hpp"
#include "physgrad/tables/tables.hpp"
#include "record/sample_records.hpp"

namespace physgrad::testing {
namespace {

constexpr TableFormat kFormats[] = {TableFormat::text, TableFormat::markdown, TableFormat::csv, TableFormat::latex,
                                    TableFormat::json};

/// What a reader must not do and no sanitizer sees.
void require(bool right, const std::string& what) {
  if (!right) throw std::runtime_error("fuzz_reader: " + what);
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    lines.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

/// A message has to be readable: one line, not endless, valid UTF-8.
void check_message(const std::string& message) {
  require(!message.empty(), "empty message");
  require(message.size() <= UsageError::kLongest, fmt::format("message of {} bytes", message.size()));
  require(message == one_line(message), "message with control characters or invalid UTF-8: " + one_line(message));
}

/// Writing what was read, and reading that, loses nothing more.
template <typename Value>
void check_round_trip(const Value& value, std::string (*write)(const Value&),
                      Value (*read)(const std::string&, const std::string&)) {
  std::string text;
  try {
    text = write(value);
    const std::string again = write(read(text, "written.json"));
    require(again == text, "written and read again it is another: " + one_line(text, 500) + one_line(again, 500));
  } catch (const UsageError& error) {
    require(false, fmt::format("what was written cannot be read: {}", error.what()));
  }
}

void check_rendered(const std::vector<Table>& tables) {
  std::size_t rows = 0;
  for (const Table& table : tables) {
    rows += table.rows.size();
    for (const auto& row : table.rows)
      require(row.size() == table.columns.size(), "a row of another length than the header");
  }
  for (const TableFormat format : kFormats) {
    const std::vector<std::string> lines = lines_of(render(tables, format));
    for (const std::string& line : lines) require(line == one_line(line), "a table with broken lines");
    if (format == TableFormat::json) (void)parse_json(render(tables, format), "tables.json");
    if (format == TableFormat::csv) require(lines.size() == rows + 1, "a CSV table with broken lines");
  }
}

void check_comparison(const ComparedVersions& versions) {
  check_rendered(comparison_tables(versions));
  const Bound bound = parse_bound("--fail-if-slower", "0%");
  for (const Judgement& judgement : {judge_slower(versions, bound), judge_worse(versions, bound)})
    require(judgement.judged || judgement.broken.empty() || !versions.lost.empty(), "broken without being judged");
}

/// JSON Lines are an object of all columns a line; CSV has no more quotes open at its end than at its start.
void check_exported(const TidyForm& form, const std::vector<LabelledReport>& reports, TidyFormat format) {
  std::string text;
  write_tidy(form, reports, format, [&](std::string_view piece) { text += piece; });
  require(text.empty() || text.back() == '\n', "exported data that end within a line");
  if (format == TidyFormat::csv) require(std::ranges::count(text, '"') % 2 == 0, "exported data with an open quote");
  if (format == TidyFormat::jsonl)
    for (const std::string& line : lines_of(text))
      require(parse_json(line, "exported").size() == form.columns.size(), "a row that lacks columns");
}

/// Findings are lines, and what is valid can be read.
void validate_any(const std::string& text) {
  const Validation found = validate_text(text, "file", 20);
  require(found.findings.size() <= 40, "more findings than were asked for");
  require((found.problems + found.warnings == 0) == found.findings.empty(), "findings that nobody counts");
  if (found.problems > 0) return;
  try {
    if (found.kind == "report") (void)parse_report(text, "file");
    if (found.kind == "manifest") (void)parse_manifest(text, "file");
    if (found.kind == "cell") (void)read_cell_lines(text, "file");
    if (found.kind == "weights") (void)parse_weights(text, "file");
  } catch (const UsageError& error) {
    require(false, fmt::format("valid, and cannot be read: {}", error.what()));
  }
}

void read_report_text(const std::string& text) {
  Report report = parse_report(text, "report.json");
  check_round_trip(report, report_text, parse_report);
  const std::vector<LabelledReport> reports = {{report.header.name, std::move(report)}};
  for (const std::string& kind : table_kinds()) check_rendered(make_tables(kind, reports));
  for (const LabelledReport& each : reports) (void)provenance_line(each.report.header);
  for (const TidyForm& form : tidy_forms())
    for (const TidyFormat format : {TidyFormat::csv, TidyFormat::jsonl}) check_exported(form, reports, format);
  check_comparison(compare_reports(reports.front(), reports.front()));
  const LabelledReport sample{"sample", sample_report({sample_cell("hig", 0, 0.1), sample_cell("hig", 1, 0.2)})};
  check_comparison(compare_reports(reports.front(), sample));
}

void read_benchmarks(const std::string& text) {
  const MicroBenchmarks file = parse_micro_benchmarks(text, "benchmarks.json");
  MicroBenchmarks other = file;
  for (MicroBenchmark& each : other.benchmarks)
    for (double& time : each.real_time) time *= 1.5;
  check_comparison(compare_benchmarks(file, other, "a", "b"));
}

void read_cells(const std::string& text) {
  CellLines cell;
  int number = 0;
  for (const std::string& line : lines_of(text)) cell.add(line, fmt::format("cell.jsonl:{}", ++number));
  const CellRecord record = cell.record();
  CellLines again;
  again.add(run_line(record), "written");
  for (const CurvePoint& point : record.curve) again.add(step_line(point), "written");
  again.add(end_line(record), "written");
  require(end_line(again.record()) == end_line(record), "a cell's lines written and read again are others");
}

Weights parse_weights_text(const std::string& text, const std::string& source) { return parse_weights(text, source); }

void judge_claims(const std::string& text) {
  const ClaimsFile file = parse_claims(text, "claims.json");
  for (const auto& [name, config] : file.runs) (void)with_config({}, JsonView(config, "runs." + name));
  std::vector<CellRecord> cells;
  for (std::uint64_t seed = 0; seed < 6; ++seed)
    for (const char* method : {"hig", "pg"}) cells.push_back(sample_cell(method, seed, 0.1 * double(seed)));
  const ClaimReports reports{{{"sample", sample_report(std::move(cells))}}, false};
  std::vector<ClaimResult> results;
  for (const Claim& claim : file.claims) results.push_back(judge(claim, reports));
  check_rendered({claims_table(file.claims, results)});
  for (const std::string& line : lines_of(claims_document(file.claims, results, reports)))
    require(line == one_line(line), "a document with broken lines");
  (void)unexplained(file.claims, results);
}

/// Sizes that a simulator is allowed to have, but that take longer than a fuzzer waits.
bool is_affordable(const RunRequest& request) {
  const auto large = [](const std::string& text) {
    long digits = 0, longest = 0;
    for (const char letter : text)
      longest = std::max(longest, digits = letter >= '0' && letter <= '9' ? digits + 1 : 0);
    const bool size = text.find("points") != std::string::npos || text.find("widths") != std::string::npos;
    return size && (longest > 2 || text.find_first_of("eE") != std::string::npos);
  };
  const auto values = [](const std::string& text) { return std::ranges::count(text, ','); };
  const auto many = [&](const std::string& sweep) { return values(sweep) > 10; };
  for (const auto* texts : {&request.sets, &request.sweeps, &request.file.sets, &request.file.sweeps})
    if (std::ranges::any_of(*texts, large)) return false;
  for (const auto* sweeps : {&request.sweeps, &request.file.sweeps})
    if (std::ranges::any_of(*sweeps, many) || sweeps->size() >= 3) return false;
  return true;
}

void plan_of(const Catalogue& catalogue, RunRequest request) {
  if (!is_affordable(request)) return;
  // The default suites are long, and the fuzzer's catalogue lacks most of them.
  if (request.problems.empty()) request.problems = {"quadratic"};
  if (request.methods.empty() && request.profile != "paper") request.methods = {"dp-adam", "hig"};
  const Plan plan = make_plan(catalogue, request);
  require(!plan.cells.empty() && plan.cells.size() <= 100000, "a plan of no or too many cells");
  for (const std::string& name : plan.methods)
    require(method_name(catalogue, name) == name, "a method has two canonical names");
}

void read_config(const Catalogue& catalogue, const std::string& text) {
  const Json tree = parse_json(text, "config.json");
  plan_of(catalogue, with_config({}, JsonView(tree, "config.json")));
}

void read_options(const Catalogue& catalogue, const std::string& text) {
  RunRequest request;
  for (const std::string& line : lines_of(text)) {
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string option = line.substr(0, space), value = line.substr(std::min(space + 1, line.size()));
    if (option == "--set") request.sets.push_back(value);
    if (option == "--sweep") request.sweeps.push_back(value);
    if (option == "--method") request.methods.push_back(value);
    if (option == "--problem") request.problems.push_back(value);
    if (option == "--profile") request.profile = value;
    if (option == "--seeds") request.seeds = value;
    if (option == "--memory-limit") request.memory_limit = value;
    if (option == "--fail-if-slower") (void)parse_bound(option, value);
  }
  plan_of(catalogue, std::move(request));
}

using Reader = void (*)(const Catalogue&, const std::string&);
constexpr std::pair<std::string_view, Reader> kReaders[] = {
    {"report", [](const Catalogue&, const std::string& text) { read_report_text(text); }},
    {"manifest",
     [](const Catalogue&, const std::string& text) {
       check_round_trip(parse_manifest(text, "manifest.json"), manifest_text, parse_manifest);
     }},
    {"cells", [](const Catalogue&, const std::string& text) { read_cells(text); }},
    {"weights",
     [](const Catalogue&, const std::string& text) {
       check_round_trip(parse_weights(text, "weights.json"), weights_line, parse_weights_text);
     }},
    {"claims", [](const Catalogue&, const std::string& text) { judge_claims(text); }},
    {"config", read_config},
    {"problem", [](const Catalogue&, const std::string& text) { (void)parse_problem_file("fuzz", text); }},
    {"benchmarks", [](const Catalogue&, const std::string& text) { read_benchmarks(text); }},
    {"validate", [](const Catalogue&, const std::string& text) { validate_any(text); }},
    {"options", read_options}};

}  // namespace

void fuzz_reader(const Catalogue& catalogue, std::string_view input) {
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string text(input.substr(std::min(end + 1, input.size())));
  for (const auto& [name, read] : kReaders)
    if (name == input.substr(0, end)) try {
        read(catalogue, text);
      } catch (const UsageError& error) {
        check_message(error.what());
      }
}

}  // namespace physgrad::testing
