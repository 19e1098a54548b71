#include "physgrad/schema/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "physgrad/record/cell_json.hpp"
#include "physgrad/record/header_json.hpp"
#include "physgrad/record/packed_cells.hpp"
#include "physgrad/record/spec_json.hpp"
#include "physgrad/record/tuning_study.hpp"
#include "physgrad/record/weights.hpp"
#include "physgrad/schema/checker.hpp"
#include "physgrad/schema/validated_lines.hpp"

namespace physgrad {

namespace {

namespace fs = std::filesystem;

/// The cells of a report or a manifest as they come, and what no schema says of them.
class CellsCheck {
 public:
  CellsCheck(Findings& findings, const std::string& source) : findings_(findings), source_(source) {}

  /// Reads the text without its cells.
  Json header(const std::string& text) {
    Json rest = parse_json(text, source_, "cells", [&](Json&& cell, std::size_t, const Json& root) {
      if (run_.is_null() && root.contains("run")) run_ = root["run"];
      check(cell, joined_pointer("/cells", std::to_string(count_)));
    });
    if (rest.is_object() && rest.contains("run")) run_ = rest["run"];
    return rest;
  }

  /// Takes the points of a curve that could be read out of `cell`: the validator would take longer over them than over
  /// all the rest, and there is nothing that it could find.
  void check(Json& cell, const std::string& pointer) {
    ++count_;
    if (!is_report_) is_report_ = says_report(cell);
    std::string complaint;
    std::optional<CellKey> key;
    try {
      const JsonView view(cell, pointer);
      key = *is_report_ ? remember_machine(read_cell(view, true), pointer) : read_key(view);
      if (*is_report_)
        for (Json& points : cell["curve"]) points = Json::array();
    } catch (const ReadError& error) {
      complaint = error.what();
    }
    if (!checker().check(cell, pointer, findings_)) return;
    if (!key)
      findings_.problem("", complaint);
    else if (!seen_.insert(*key).second)
      findings_.problem(pointer,
                        fmt::format("the cell {} {} seed {} appears twice", key->problem, key->method, key->seed));
  }

  void check_machines(const Json& header) {
    const std::size_t machines = header.contains("machines") && header["machines"].is_array()
                                     ? std::max<std::size_t>(1, header["machines"].size())
                                     : 1;
    for (const auto& [machine, pointer] : first_with_)
      if (static_cast<std::size_t>(machine) >= machines)
        findings_.problem(pointer + "/machine", fmt::format("names machine {}; there are {}", machine, machines));
  }

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] bool is_report() const { return is_report_.value_or(says_report(Json())); }

 private:
  /// A manifest's cells have names and nothing else, and its run neither a plan nor an end.
  [[nodiscard]] bool says_report(const Json& cell) const {
    for (const char* key : {"finished", "planned"})
      if (run_.is_object() && run_.contains(key)) return true;
    return cell.is_object() && (cell.contains("status") || cell.contains("settings") || cell.contains("curve"));
  }
  /// Made when it is needed: that takes longer than reading a small file.
  const Checker& checker() {
    if (!checker_)
      checker_.emplace(*is_report_ ? Checker::definition("report", "cell") : Checker::definition("manifest", "key"));
    return *checker_;
  }
  CellKey remember_machine(const CellRecord& cell, const std::string& pointer) {
    first_with_.emplace(cell.machine, pointer);
    return cell.key;
  }

  Findings& findings_;
  const std::string& source_;
  std::optional<Checker> checker_;
  Json run_;
  std::optional<bool> is_report_;
  std::size_t count_ = 0;
  std::set<CellKey> seen_;
  std::map<int, std::string> first_with_;
};

void check_packed(const Json& header, CellsCheck& cells, Findings& findings) {
  std::vector<Json> unpacked;
  try {
    unpacked = unpacked_cells(header, "/packed_cells");
  } catch (const ReadError& error) {
    findings.problem("", error.what());
    return;
  }
  std::size_t number = 0;
  for (Json& cell : unpacked) cells.check(cell, fmt::format("/packed_cells (cell {})", number++));
}

/// Numbers beyond what a count can be, for one.
void check_header(const Json& header, Findings& findings) {
  try {
    const JsonView view(header, "/");
    (void)read_header(view);
    if (view.at("run").has("planned")) (void)read_keys(view.at("run").at("planned"));
  } catch (const ReadError& error) {
    findings.problem("", error.what());
  }
}

void check_weights(const Json& weights, Findings& findings) {
  try {
    (void)parse_weights(weights.dump(), "/");
  } catch (const ReadError& error) {
    findings.problem("", error.what());
  }
}

/// A text that is one value.
Validation validate_value(const std::string& text, const std::string& source, Findings& findings) {
  CellsCheck cells(findings, source);
  const Json header = cells.header(text);
  std::string kind = likeliest(header, {"report", "inspect", "weights", "claims"});
  if (kind.empty())
    throw ReadError(
        fmt::format("{}: is none of the files that this program writes; expected a report, a manifest, a "
                    "cell's file or its weights, what inspect writes, a tuning study, or claims",
                    source));
  const bool packed = kind == "report" && header.contains("packed_cells");
  if (kind == "report" && !packed && !cells.is_report()) kind = "manifest";
  const bool valid = Checker(kind).check(header, "", findings);
  if (valid && (kind == "report" || kind == "manifest")) check_header(header, findings);
  if (valid && packed) check_packed(header, cells, findings);
  if (kind == "report") cells.check_machines(header);
  if (valid && kind == "weights") check_weights(header, findings);
  Validation result;
  result.kind = kind;
  result.parts = kind == "report" || kind == "manifest" ? cells.count() : 1;
  return result;
}

}  // namespace

Validator::Validator() : checkers_(std::make_unique<LineCheckers>()) {}
Validator::~Validator() = default;

Validation validate_text(const std::string& text, const std::string& source, std::size_t most) {
  return Validator().validate(text, source, most);
}

Validation Validator::validate(const std::string& text, const std::string& source, std::size_t most) {
  Findings findings(most);
  Validation result =
      is_lines(text) ? validate_lines(text, source, *checkers_, findings) : validate_value(text, source, findings);
  findings.move_to(result);
  return result;
}

std::vector<fs::path> files_to_validate(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return {path};
  std::vector<fs::path> files;
  for (const char* name : {"manifest.json", "report.json"})
    if (fs::exists(path / name, ignored)) files.push_back(path / name);
  if (files.empty() && holds_study(path)) return study_files(path);
  if (files.empty())
    throw ReadError(fmt::format("'{}' holds no run; expected a manifest.json or a report.json in it", path.string()));
  for (const auto& [folder, extension] : {std::pair("cells", ".jsonl"), std::pair(kWeightsFolder, ".json")}) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(path / folder, ignored))
      if (entry.path().extension() == extension) found.push_back(entry.path());
    std::ranges::sort(found);
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

}  // namespace physgrad
