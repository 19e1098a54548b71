#include "physgrad/study/merge.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "physgrad/files/json.hpp"
#include "physgrad/record/stored_run.hpp"
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
  std::vector<NamedReport> inputs;
  std::set<fs::path> seen;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (!seen.insert(fs::weakly_canonical(path, ignored)).second)
      throw UsageError(fmt::format("'{}' is named twice", path));
    inputs.push_back({path, read_report(path)});
  }
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

}  // namespace

MergedReport merge_into(const fs::path& out, const std::vector<std::string>& inputs, Prefer prefer,
                        const std::vector<std::string>& command) {
  check_output_folder(out);
  const std::string study = common_study(inputs);
  MergedReport merged = merged_report(read_inputs(inputs), prefer);
  merged.report.header.name = name_of_folder(out);
  merged.report.header.command = command;
  write_run(out, merged.report);
  if (!study.empty()) write_text_file(out / kStudyFile, study);
  return merged;
}

}  // namespace physgrad
