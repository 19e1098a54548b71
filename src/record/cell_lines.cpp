#include "physgrad/record/cell_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "physgrad/record/cell_json.hpp"
#include "physgrad/record/header_json.hpp"

namespace physgrad {
namespace {

/// What a cell that never came to its end can still say.
void complete_from_curve(CellRecord& cell) {
  if (cell.curve.empty()) return;
  cell.initial = cell.curve.front().losses;
  cell.final = cell.curve.back().losses;
  cell.steps = cell.curve.back().step;
  cell.samples_seen = cell.curve.back().samples;
  cell.time.train_seconds = cell.curve.back().seconds;
  cell.trajectory_hash = hash_text(cell.curve.back().hash);
  for (const CurvePoint& point : cell.curve) {  // fmin ignores NaN
    cell.best.train_loss = std::fmin(cell.best.train_loss, point.losses.train_loss);
    cell.best.test_loss = std::fmin(cell.best.test_loss, point.losses.test_loss);
    cell.best.x_error = std::fmin(cell.best.x_error, point.losses.x_error);
    cell.best.x_error_relative = std::fmin(cell.best.x_error_relative, point.losses.x_error_relative);
    cell.best.x_error_determined = std::fmin(cell.best.x_error_determined, point.losses.x_error_determined);
  }
}

}  // namespace

std::string run_line(const CellRecord& cell, const std::optional<Environment>& machine) {
  OrderedJson json = {{"type", "run"}, {"schema_version", kSchemaVersion}};
  json.update(key_json(cell));
  json.update(identity_json(cell));
  if (machine) json["environment"] = environment_json(*machine);
  return dump_json(json, -1);
}

std::string step_line(const CurvePoint& point) {
  return dump_json({{"type", "step"},
                    {"step", point.step},
                    {"seconds", number_json(point.seconds)},
                    {"samples", point.samples},
                    {"train_loss", number_json(point.losses.train_loss)},
                    {"test_loss", number_json(point.losses.test_loss)},
                    {"x_error", number_json(point.losses.x_error)},
                    {"x_error_relative", number_json(point.losses.x_error_relative)},
                    {"x_error_determined", number_json(point.losses.x_error_determined)},
                    {"hash", hash_text(point.hash)},
                    {"simulator_calls", count_json(point.simulator_calls)}},
                   -1);
}

std::string end_line(const CellRecord& cell) {
  OrderedJson json = {{"type", "end"}};
  json.update(cell_json(cell, false));
  return dump_json(json, -1);
}

void CellLines::add(std::string_view line, const std::string& source) {
  const Json tree = parse_json(line, source);
  const JsonView json(tree, source);
  const std::string type = json.at("type").text();
  if (type == "run") {
    *this = CellLines();
    static_cast<CellKey&>(record_) = read_key(json);
    read_identity(json, record_);
    if (json.has("environment")) machine_ = read_environment(json.at("environment"));
  } else if (type == "step") {
    record_.curve.push_back({json.at("step").count(), json.at("seconds").number(), json.at("samples").count(),
                             read_losses(json), read_hash(json.at("hash")),
                             json.has("simulator_calls") ? json.at("simulator_calls").number() : kAbsent});
  } else if (type == "end") {
    CellRecord end = read_cell(json, false);
    end.curve = std::move(record_.curve);
    record_ = std::move(end);
    finished_ = true;
  } else {
    json.at("type").fail(fmt::format("unknown record '{}'; expected run, step or end", type));
  }
}

CellRecord CellLines::record() const {
  CellRecord result = record_;
  if (!finished_) complete_from_curve(result);
  return result;
}

std::vector<TargetRecord> targets_of_curve(const std::vector<CurvePoint>& curve, const std::vector<double>& losses) {
  std::vector<TargetRecord> result;
  for (const double loss : losses) {
    TargetRecord target{.loss = loss};
    const auto reached =
        std::ranges::find_if(curve, [&](const CurvePoint& point) { return point.losses.train_loss <= loss; });
    if (reached != curve.end()) {
      target.seconds = reached->seconds;
      target.steps = static_cast<double>(reached->step);
    }
    result.push_back(target);
  }
  return result;
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
