#include "physgrad/record/report_json.hpp"

#include <fmt/format.h>

#include <set>

#include "physgrad/files/json.hpp"
#include "physgrad/record/cell_json.hpp"
#include "physgrad/record/header_json.hpp"
#include "physgrad/record/packed_cells.hpp"

namespace physgrad {
namespace {

void check_schema(const JsonView& json) {
  const JsonView version = json.at("schema_version");
  const long found = version.integer();
  if (found > kSchemaVersion)
    version.fail(
        fmt::format("written by a newer program: schema version {}, this one reads up to {}", found, kSchemaVersion));
  if (found < 1) version.fail(fmt::format("expected a schema version from 1 to {}, found {}", kSchemaVersion, found));
}

}  // namespace

std::string report_text(const Report& report) {
  OrderedJson json = header_json(report.header);
  json["run"]["planned"] = keys_json(report.header.planned);
  json["cells"] = OrderedJson::array();
  for (const CellRecord& cell : report.cells) json["cells"].push_back(cell_json(cell, true));
  return dump_json(json, 1) + "\n";
}

Report parse_report(const std::string& text, const std::string& source) {
  Json tree = parse_json(text, source);
  check_schema({tree, source});
  expand_packed_cells(tree, source);
  const JsonView json(tree, source);
  Report report;
  report.header = read_header(json);
  std::set<CellKey> seen;
  for (const JsonView& item : json.at("cells").items()) {
    CellRecord cell = read_cell(item, true);
    if (!seen.insert(key_of(cell)).second)
      item.fail(fmt::format("the cell {} {} seed {} appears twice", cell.problem, cell.method, cell.seed));
    if (static_cast<std::size_t>(cell.machine) >= report.header.machines.size())
      item.at("machine").fail(fmt::format("the cell {} {} seed {} names machine {}; there are {}", cell.problem,
                                          cell.method, cell.seed, cell.machine, report.header.machines.size()));
    report.cells.push_back(std::move(cell));
  }
  // A report of another program may know no plan; then what ended was planned.
  if (json.at("run").has("planned"))
    report.header.planned = read_keys(json.at("run").at("planned"));
  else
    for (const CellRecord& cell : report.cells) report.header.planned.push_back(key_of(cell));
  return report;
}

Report read_report(const std::filesystem::path& path) {
  std::error_code ignored;
  const bool directory = std::filesystem::is_directory(path, ignored);
  const std::filesystem::path file = directory ? path / "report.json" : path;
  if (!std::filesystem::exists(file, ignored))
    throw ReadError(fmt::format("cannot read '{}': there is no such file; expected a run directory or a report.json",
                                file.string()));
  Report report = parse_report(read_text_file(file), file.string());
  // Of a run whose --out ended in '/', by a program before this one.
  if (report.header.name.empty()) report.header.name = file.parent_path().lexically_normal().filename().string();
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
