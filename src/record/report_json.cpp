#include "physgrad/record/report_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <set>

#include "physgrad/files/json.hpp"
#include "physgrad/record/cell_json.hpp"
#include "physgrad/record/header_json.hpp"
#include "physgrad/record/packed_cells.hpp"
#include "physgrad/record/spec_json.hpp"

namespace physgrad {
namespace {

/// `text` where it stands `depth` levels deep in a text with an indentation of 1. No string in JSON holds a line end.
std::string indented(const std::string& text, std::size_t depth) {
  std::string result;
  result.reserve(text.size() + text.size() / 8);
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size() - 1) + 1;
    result.append(text, start, end - start);
    if (result.back() == '\n') result.append(depth, ' ');
    start = end;
  }
  return result;
}

/// The report, piece by piece.
void write_report(const Report& report, const TextSink& sink) {
  OrderedJson json = header_json(report.header);
  json["run"]["finished"] = report.finished;
  json["run"]["planned"] = keys_json(report.header.planned);
  // Cell by cell: the tree of all of them would be ten times the text.
  std::string text = dump_json(json, 1);
  text.erase(text.rfind("\n}"));
  sink(text + ",\n \"cells\": [");
  for (const CellRecord& cell : report.cells)
    sink((&cell == &report.cells.front() ? "\n  " : ",\n  ") + indented(dump_json(cell_json(cell, true), 1), 2));
  sink(report.cells.empty() ? "]\n}\n" : "\n ]\n}\n");
}

}  // namespace

std::string report_text(const Report& report) {
  std::string text;
  write_report(report, [&](std::string_view piece) { text += piece; });
  return text;
}

void write_report_file(const std::filesystem::path& path, const Report& report) {
  write_text_file(path, [&](const TextSink& sink) { write_report(report, sink); });
}

namespace {

/// Cells one by one, as they are read. What is wrong with one is said when the header is known to be of this program's
/// schema: a newer one's cells may look different.
class CellReader {
 public:
  CellReader(const std::string& source, std::vector<CellRecord>& cells) : source_(source), cells_(cells) {}

  void read(const Json& json) {
    if (error_) return;
    try {
      const JsonView view(json, source_, fmt::format("cells[{}]", cells_.size()));
      CellRecord cell = read_cell(view, true);
      if (!seen_.insert(cell.key).second)
        view.fail(
            fmt::format("the cell {} {} seed {} appears twice", cell.key.problem, cell.key.method, cell.key.seed));
      cells_.push_back(std::move(cell));
    } catch (const ReadError&) {
      error_ = std::current_exception();
    }
  }
  void check() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  const std::string& source_;
  std::vector<CellRecord>& cells_;
  std::set<CellKey> seen_;
  std::exception_ptr error_;
};

void check_machines(const Report& report, const std::string& source) {
  for (const CellRecord& cell : report.cells)
    if (static_cast<std::size_t>(cell.machine) >= report.header.machines.size())
      throw ReadError(fmt::format("{}: cells[{}].machine: the cell {} {} seed {} names machine {}; there are {}",
                                  source, &cell - report.cells.data(), cell.key.problem, cell.key.method, cell.key.seed,
                                  cell.machine, report.header.machines.size()));
}

/// `parse` hands the cells to a sink and returns the rest.
Report report_from(const std::string& source, const std::function<Json(const ElementSink&)>& parse) {
  Report report;
  CellReader cells(source, report.cells);
  const Json tree = parse([&](const Json& cell, std::size_t, const Json&) { cells.read(cell); });
  check_schema({tree, source});
  cells.check();
  for (const Json& cell : unpacked_cells(tree, source)) cells.read(cell);
  cells.check();
  const JsonView json(tree, source);
  if (!tree.contains("packed_cells") || tree.contains("cells")) (void)json.at("cells").items();  // empty by now
  report.header = read_header(json);
  check_machines(report, source);
  if (json.at("run").has("finished")) report.finished = json.at("run").at("finished").boolean();
  // A report of another program may know no plan; then what ended was planned.
  if (json.at("run").has("planned"))
    report.header.planned = read_keys(json.at("run").at("planned"));
  else
    for (const CellRecord& cell : report.cells) report.header.planned.push_back(cell.key);
  return report;
}

}  // namespace

Report parse_report(const std::string& text, const std::string& source) {
  return report_from(source, [&](const ElementSink& sink) { return parse_json(text, source, "cells", sink); });
}

Report read_report_file(const std::filesystem::path& path) {
  return report_from(path.string(), [&](const ElementSink& sink) { return parse_json_file(path, "cells", sink); });
}

std::string manifest_text(const RunHeader& header) {
  OrderedJson json = header_json(header);
  json["cells"] = keys_json(header.planned);
  return dump_json(json, 1) + "\n";
}

RunHeader parse_manifest(const std::string& text, const std::string& source) {
  const Json tree = parse_json(text, source);
  const JsonView json(tree, source);
  check_schema(json);
  RunHeader header = read_header(json);
  header.planned = read_keys(json.at("cells"));
  return header;
}

}  // namespace physgrad
