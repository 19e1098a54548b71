#include "physgrad/record/report_json.hpp"

#include <fmt/format.h>

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
  for (const char letter : text) {
    result += letter;
    if (letter == '\n') result.append(depth, ' ');
  }
  return result;
}

}  // namespace

std::string report_text(const Report& report) {
  OrderedJson json = header_json(report.header);
  json["run"]["finished"] = report.finished;
  json["run"]["planned"] = keys_json(report.header.planned);
  // Cell by cell: the tree of all of them would be ten times the text.
  std::string text = dump_json(json, 1);
  text.erase(text.rfind("\n}"));
  text += ",\n \"cells\": [";
  for (const CellRecord& cell : report.cells)
    text += (&cell == &report.cells.front() ? "\n  " : ",\n  ") + indented(dump_json(cell_json(cell, true), 1), 2);
  return text + (report.cells.empty() ? "]\n}\n" : "\n ]\n}\n");
}

Report parse_report(const std::string& text, const std::string& source) {
  Json tree = parse_json(text, source);
  check_schema({tree, source});
  expand_packed_cells(tree, source);
  const JsonView json(tree, source);
  Report report;
  report.header = read_header(json);
  if (json.at("run").has("finished")) report.finished = json.at("run").at("finished").boolean();
  std::set<CellKey> seen;
  for (const JsonView& item : json.at("cells").items()) {
    CellRecord cell = read_cell(item, true);
    if (!seen.insert(cell.key).second)
      item.fail(fmt::format("the cell {} {} seed {} appears twice", cell.key.problem, cell.key.method, cell.key.seed));
    if (static_cast<std::size_t>(cell.machine) >= report.header.machines.size())
      item.at("machine").fail(fmt::format("the cell {} {} seed {} names machine {}; there are {}", cell.key.problem,
                                          cell.key.method, cell.key.seed, cell.machine, report.header.machines.size()));
    report.cells.push_back(std::move(cell));
  }
  // A report of another program may know no plan; then what ended was planned.
  if (json.at("run").has("planned"))
    report.header.planned = read_keys(json.at("run").at("planned"));
  else
    for (const CellRecord& cell : report.cells) report.header.planned.push_back(cell.key);
  return report;
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
