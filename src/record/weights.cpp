#include "physgrad/record/weights.hpp"

#include <fmt/format.h>

#include <cmath>

#include "physgrad/files/json.hpp"
#include "physgrad/files/settings_json.hpp"
#include "physgrad/record/cell_file.hpp"
#include "physgrad/record/header_json.hpp"
#include "physgrad/record/report.hpp"
#include "physgrad/record/spec_json.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStart = R"({"type":"weights")";

/// Of a file, not of a pipe, which might never end.
std::string weights_text(const fs::path& path) {
  if (const std::string kind = special_kind(path); !kind.empty())
    throw ReadError(fmt::format("'{}' is a {}; expected a file with weights", path.string(), kind));
  return read_text_file(path);
}

std::string difference(const Weights& found, const CellKey& key, const std::string& hash) {
  if (found.cell.key != key)
    return fmt::format("holds the weights of another cell ({} {} seed {})", found.cell.key.problem,
                       found.cell.key.method, found.cell.key.seed);
  if (found.trajectory_hash != hash)
    return fmt::format("holds weights of another training of the cell (trajectory {}, the cell's is {})",
                       found.trajectory_hash, hash.empty() ? "unknown" : hash);
  return {};
}

}  // namespace

std::string weights_line(const Weights& weights) {
  OrderedJson json = {{"type", "weights"}, {"schema_version", kSchemaVersion}};
  json.update(spec_json(weights.cell));
  json["trajectory_hash"] = weights.trajectory_hash;
  json["step"] = weights.step;
  json["network"] = settings_json(weights.network);
  json["theta"] = weights.theta;
  return dump_json(json, -1);
}

bool is_weights_line(std::string_view line) { return line.starts_with(kStart); }

Weights parse_weights(std::string_view text, const std::string& source) {
  const Json tree = parse_json(text, source);
  const JsonView json(tree, source);
  if (!json.value().is_object() || json.value().value("type", Json()) != "weights")
    throw ReadError(
        fmt::format("{}: holds no weights; expected a file of a run's {}/, which `run --save-weights` "
                    "writes",
                    source, kWeightsFolder));
  check_schema(json);
  Weights weights;
  weights.cell = read_spec(json);
  weights.trajectory_hash = json.at("trajectory_hash").text();
  weights.step = json.at("step").count();
  weights.network = read_settings(json.at("network"));
  for (const JsonView& item : json.at("theta").items()) {
    if (std::isnan(item.number())) item.fail("expected a number, found null");
    weights.theta.push_back(item.value().get<double>());  // -0 too stays what it is
  }
  return weights;
}

Weights read_weights(const fs::path& path) { return parse_weights(weights_text(path), path.string()); }

std::string weights_file_name(const CellKey& key) {
  std::string name = cell_file_name(key);
  return name.erase(name.rfind('.')) + ".json";
}

fs::path weights_path(const fs::path& run, const CellKey& key) {
  std::error_code ignored;
  const fs::path folder = fs::is_directory(run, ignored) ? run : run.parent_path();
  return folder / kWeightsFolder / weights_file_name(key);
}

std::string not_its_weights(const fs::path& path, const CellKey& key, const std::string& trajectory_hash) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return fmt::format("there is no '{}'", path.string());
  const std::string text = weights_text(path);  // what cannot be read now may be good
  try {
    const std::string what = difference(parse_weights(text, path.string()), key, trajectory_hash);
    return what.empty() ? what : fmt::format("'{}' {}", path.string(), what);
  } catch (const ReadError& error) {
    return error.what();
  }
}

}  // namespace physgrad
