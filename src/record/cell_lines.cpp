#include "physgrad/record/cell_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "physgrad/record/cell_json.hpp"
#include "physgrad/record/curve.hpp"
#include "physgrad/record/header_json.hpp"
#include "physgrad/record/spec_json.hpp"

namespace physgrad {
namespace {

/// What a cell that never came to its end can still say.
void complete_from_curve(CellRecord& cell) {
  if (cell.curve.empty()) return;
  summarise_curve(cell);
  cell.steps = cell.curve.back().step;
  cell.samples_seen = cell.curve.back().samples;
  cell.time.train_seconds = cell.curve.back().seconds;
  cell.trajectory_hash = hash_text(cell.curve.back().hash);
}

}  // namespace

std::string run_line(const CellSpec& cell, const std::optional<Environment>& machine) {
  OrderedJson json = OrderedJson::object();
  make_room(16, json);
  json["type"] = "run";
  json["schema_version"] = kSchemaVersion;
  add_spec(cell, json);
  if (machine) json["environment"] = environment_json(*machine);
  return dump_json(json, -1);
}

CellSpec parse_run_line(std::string_view text, const std::string& source) {
  const Json tree = parse_json(text, source);
  const JsonView json(tree, source);
  CellSpec some;
  some.key.problem_sweep = some.key.method_sweep = "left out where it is empty";
  const OrderedJson every = spec_json(some);
  std::vector<std::string> known = {"type", "schema_version", "environment"};
  for (const auto& [key, value] : every.items()) known.push_back(key);
  json.check_keys(known);
  if (json.has("type") && json.at("type").text() != "run") json.at("type").fail("expected run");
  if (json.has("schema_version")) check_schema(json);
  return read_spec(json);
}

std::string step_line(const CurvePoint& point) {
  std::string line = step_lines({point});
  line.pop_back();
  return line;
}

std::string step_lines(const std::vector<CurvePoint>& curve) {
  std::string lines;
  for (const std::string& members : point_members(curve)) lines += R"({"type":"step",)" + members + "}\n";
  return lines;
}

std::string end_line(const CellRecord& cell) {
  OrderedJson json = {{"type", "end"}};
  add_cell(cell, false, json);
  return dump_json(json, -1);
}

void CellLines::add(std::string_view line, const std::string& source) { add_value(parse_json(line, source), source); }

void CellLines::add_value(const Json& line, const std::string& source) {
  const JsonView json(line, source);
  const std::string type = json.at("type").text();
  if (type == "run") {
    *this = CellLines();
    static_cast<CellSpec&>(record_) = read_spec(json);
    if (json.has("environment")) machine_ = read_environment(json.at("environment"));
  } else if (type == "step") {
    record_.curve.push_back(read_point(json));
  } else if (type == "end") {
    CellRecord end = read_cell(json, false);
    end.curve = std::move(record_.curve);
    record_ = std::move(end);
    finished_ = true;
  } else if (type != "weights") {
    json.at("type").fail(fmt::format("unknown record '{}'; expected run, step, weights or end", type));
  }
}

CellRecord CellLines::completed() {
  if (!finished_) complete_from_curve(record_);
  return std::move(record_);
}

CellLines read_cell_lines(std::string_view text, const std::string& source) {
  CellLines lines;
  std::size_t number = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    if (end == std::string::npos) break;  // a kill cut this line
    lines.add(text.substr(start, end - start), fmt::format("{}:{}", source, ++number));
    start = end + 1;
  }
  return lines;
}

CellLines read_cell_file(const std::filesystem::path& path) {
  return read_cell_lines(read_text_file(path), path.string());
}

}  // namespace physgrad
