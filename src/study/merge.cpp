#include "physgrad/study/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "physgrad/files/json.hpp"
#include "physgrad/record/stored_run.hpp"
#include "physgrad/record/weights.hpp"
#include "physgrad/study/resolved.hpp"

namespace physgrad {
namespace {

void check_output_folder(const fs::path& out) {
  std::error_code ignored;
  if (out.empty()) throw UsageError("the directory to merge into has an empty name");
  if (fs::exists(out, ignored) && !(fs::is_directory(out, ignored) && fs::is_empty(out, ignored)))
    throw UsageError(fmt::format("'{}' exists already; expected the name of a directory to make, then the runs to join",
                                 out.string()));
  check_run_folder(out);
}

std::vector<NamedReport> read_inputs(const std::vector<std::string>& paths) {
  std::set<fs::path> seen;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (!seen.insert(fs::weakly_canonical(path, ignored)).second)
      throw UsageError(fmt::format("'{}' is named twice", path));
  }
  std::vector<Report> reports = read_reports({paths.begin(), paths.end()});
  std::vector<NamedReport> inputs;
  for (std::size_t i = 0; i < paths.size(); ++i) inputs.push_back({paths[i], std::move(reports[i])});
  return inputs;
}

/// The text of the first input's study file, where all have one that means the same cells; else empty.
std::string common_study(const std::vector<std::string>& inputs) {
  std::string first;
  Json cells;
  for (const std::string& input : inputs) {
    const fs::path path = fs::path(input) / kStudyFile;
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) return {};
    const std::string text = read_text_file(path);
    const Json study = parse_json(text, path.string());
    if (!study.is_object() || !study.contains("resolved") || !study.contains("seeds")) return {};
    Json own = {study["seeds"], study["resolved"].value("tasks", Json())};
    if (first.empty()) {
      first = text;
      cells = std::move(own);
    } else if (own != cells) {
      return {};
    }
  }
  return first;
}

/// Files of weights that lie beside an input, in the order of their names.
std::vector<fs::path> weights_beside(const std::string& input) {
  std::vector<fs::path> files;
  std::error_code ignored;
  const fs::path folder = weights_path(input, {}).parent_path();
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

/// Which file of weights each merged cell takes. What none takes is named in the notes. Throws UsageError where two
/// inputs have other weights for one training.
std::map<CellKey, fs::path> chosen_weights(const std::vector<std::string>& inputs, MergedReport& merged) {
  std::map<CellKey, std::string> hashes;
  for (const CellRecord& cell : merged.report.cells) hashes[cell.key] = cell.trajectory_hash;
  std::map<CellKey, fs::path> chosen;
  for (const std::string& input : inputs)
    for (const fs::path& file : weights_beside(input)) {
      const Weights weights = read_weights(file);
      const auto cell = hashes.find(weights.cell.key);
      if (cell == hashes.end() || cell->second != weights.trajectory_hash) {
        merged.notes.push_back(
            fmt::format("'{}' is left out: it holds the weights of no training that is kept", file.string()));
        continue;
      }
      const auto [first, fresh] = chosen.try_emplace(weights.cell.key, file);
      if (!fresh && read_weights(first->second).theta != weights.theta)
        throw UsageError(fmt::format("'{}' and '{}' hold other weights for one training; remove one of them",
                                     first->second.string(), file.string()));
    }
  return chosen;
}

void copy_weights(const std::map<CellKey, fs::path>& chosen, const fs::path& out) {
  if (chosen.empty()) return;
  std::error_code error;
  fs::create_directories(out / kWeightsFolder, error);
  if (error) throw WriteError(fmt::format("cannot write '{}': {}", (out / kWeightsFolder).string(), error.message()));
  for (const auto& [key, file] : chosen) write_text_file(weights_path(out, key), read_text_file(file));
}

}  // namespace

MergedReport merge_into(const fs::path& out, const std::vector<std::string>& inputs, Prefer prefer,
                        const std::vector<std::string>& command) {
  check_output_folder(out);
  const std::string study = common_study(inputs);
  MergedReport merged = merged_report(read_inputs(inputs), prefer);
  const std::map<CellKey, fs::path> weights = chosen_weights(inputs, merged);
  merged.report.header.name = name_of_folder(out);
  merged.report.header.command = command;
  write_run(out, merged.report);
  copy_weights(weights, out);
  if (!study.empty()) write_text_file(out / kStudyFile, study);
  return merged;
}

}  // namespace physgrad
