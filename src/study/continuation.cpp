#include "physgrad/study/continuation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "physgrad/measure/machine.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/record/header_json.hpp"
#include "physgrad/record/report_json.hpp"
#include "physgrad/record/spec_json.hpp"
#include "physgrad/record/weights.hpp"
#include "physgrad/study/resolved.hpp"
#include "physgrad/study/run_directory.hpp"

namespace physgrad {
namespace {

/// The parts of a manifest that decide whether finished cells may be kept.
std::string plan_text(const RunHeader& header) {
  return header.profile + dump_json(keys_json(header.planned), -1) +
         dump_json(header_json(header)["run"]["limits"], -1);
}

std::string program_text(const Suite& suite) {
  return suite.program.empty() ? fmt::format("{} (an older one)", suite.commit) : suite.program;
}

/// How the program that began a run differs from this one; empty for the same.
std::vector<std::string> program_differences(const RunHeader& begun, const RunHeader& fresh) {
  std::vector<std::string> found;
  if (begun.suite.program != fresh.suite.program)
    found.push_back(fmt::format("program {}, now {}", program_text(begun.suite), program_text(fresh.suite)));
  else if (begun.suite.commit != fresh.suite.commit)
    found.push_back(fmt::format("commit {}, now {}", begun.suite.commit, fresh.suite.commit));
  std::vector<Environment> builds = begun.machines;
  builds.push_back(begun.environment);
  for (const Environment& build : builds)
    for (const std::string& difference : build_differences(build, fresh.environment))
      if (std::ranges::find(found, difference) == found.end()) found.push_back(difference);
  return found;
}

/// Why a finished record does not belong to this run; empty where it does.
std::string foreign(const CellLines& lines, const Plan& plan, const RunHeader& header, const Environment& here) {
  const CellRecord record = lines.record();
  if (record.program != header.suite.program)
    return fmt::format("was measured by program {}, the run is of {}", record.program.empty() ? "?" : record.program,
                       header.suite.program);
  const CellSpec& planned = plan.task_of(record.key).spec;
  if (record.task_id != planned.task_id || record.setup_id != planned.setup_id)
    return "is of other settings or data than planned now";
  const auto known = [&](const Environment& machine) { return same_machine(machine, *lines.machine()); };
  const bool listed = static_cast<std::size_t>(record.machine) < header.machines.size();
  if (!listed || !lines.machine() || (!known(here) && std::ranges::none_of(header.machines, known)))
    return "was measured on a machine that the run does not know";
  return {};
}

bool lacks_weights(const Plan& plan, const CellRecord& record) {
  if (!plan.save_weights || !succeeded(record)) return false;
  const fs::path path = weights_path(plan.directory, record.key);
  refuse_special_file(path);
  return !not_its_weights(path, record.key, record.trajectory_hash).empty();
}

/// Whether a run's study file, which may be an older one, says that weights are saved.
bool study_saves_weights(const fs::path& path) {
  const Json json = Json::parse(read_text_file(path), nullptr, false);
  return json.is_object() && json.value("save_weights", Json()) == true;
}

FoundCell find_cell(const fs::path& path, const CellKey& key, const Plan& plan, const RunHeader& header,
                    const Environment& here, const Tell& tell) {
  std::error_code error;
  if (!fs::exists(path, error) && !error) return {};
  refuse_special_file(path);
  // One that cannot be read now may hold a finished cell: that ends the program instead of measuring over it.
  const std::string text = read_text_file(path);
  const auto again = [&](const std::string& why) {
    tell(one_line(fmt::format("{}; the cell is measured again", why)));
  };
  CellLines lines;
  try {
    lines = read_cell_lines(text, path.string());
  } catch (const ReadError& damage) {
    again(damage.what());
    return {};
  }
  const CellRecord record = lines.record();
  if (!record.key.problem.empty() && record.key != key)
    throw UsageError(
        fmt::format("'{}' holds another cell ({} {} seed {}); move it away, or the run cannot use the name",
                    path.string(), record.key.problem, record.key.method, record.key.seed));
  if (!lines.finished()) return {};
  if (const std::string why = foreign(lines, plan, header, here); !why.empty()) {
    again(fmt::format("'{}' {}", path.string(), why));
    return {std::nullopt, true};
  }
  return {record, false, lacks_weights(plan, record)};
}

/// Throws UsageError unless a run wrote it.
void refuse_own_study(const fs::path& path) {
  const Json json = Json::parse(read_text_file(path), nullptr, false);
  if (!json.is_object() || !json.contains("resolved"))
    throw UsageError(
        fmt::format("'{}' is not of a run, and the run would write one of that name; move it or choose another --out",
                    path.string()));
}

}  // namespace

std::optional<RunHeader> begun_run(const Plan& plan, const RunHeader& fresh) {
  const fs::path manifest = plan.directory / "manifest.json";
  refuse_special_file(manifest);
  std::error_code error;
  if (!fs::exists(manifest, error)) return std::nullopt;
  RunHeader begun = parse_manifest(read_text_file(manifest), manifest.string());
  if (plan_text(begun) != plan_text(fresh))
    throw UsageError(fmt::format("'{}' holds another run ({}); choose another --out or repeat that run's command",
                                 plan.directory.string(), fmt::join(begun.command, " ")));
  if (const auto differences = program_differences(begun, fresh); !differences.empty())
    throw UsageError(fmt::format("'{}' was begun by another program ({}); choose another --out, or go on with that one",
                                 plan.directory.string(), fmt::join(differences, "; ")));
  return begun;
}

RunHeader begin_run(const Plan& plan, const RunHeader& fresh, const std::vector<std::string>& tables) {
  for (const char* file : {"report.json", kStudyFile}) refuse_special_file(plan.directory / file);
  for (const std::string& table : tables) refuse_special_file(plan.directory / "tables" / table);
  std::optional<RunHeader> begun = begun_run(plan, fresh);
  const fs::path study = plan.directory / kStudyFile;
  std::error_code error;
  const bool there = fs::exists(study, error);
  // Weights are part of the run from the first call on that saves them: --only, which takes its study, saves them too.
  if (begun && there && (!plan.save_weights || study_saves_weights(study))) return *begun;
  if (there) refuse_own_study(study);
  if (!begun) write_text_file(plan.directory / "manifest.json", manifest_text(fresh));
  write_text_file(study, study_text(plan, begun.value_or(fresh)));
  return begun.value_or(fresh);
}

int machine_index(const Plan& plan, RunHeader& header, const Environment& here, const Tell& tell) {
  // The first machine stands in the manifest twice: where the two differ, neither is believed to be this one.
  for (std::size_t i = 0; i < header.machines.size(); ++i)
    if (same_machine(header.machines[i], here) && (i > 0 || same_machine(header.environment, here)))
      return static_cast<int>(i);
  std::vector<std::string> differences = machine_differences(header.machines.back(), here);
  if (differences.empty()) differences = machine_differences(header.environment, here);
  header.machines.push_back(here);
  // Before the first cell that names it.
  write_text_file(plan.directory / "manifest.json", manifest_text(header));
  tell(one_line(fmt::format("'{}' goes on on another machine ({}); its cells are marked as of that one",
                            plan.directory.string(), fmt::join(differences, "; "))));
  return static_cast<int>(header.machines.size()) - 1;
}

std::vector<FoundCell> find_cells(const Plan& plan, const RunHeader& header, const Environment& here,
                                  const Tell& tell) {
  std::vector<FoundCell> found;
  for (const CellKey& key : plan.cells) found.push_back(find_cell(cell_path(plan, key), key, plan, header, here, tell));
  return found;
}

}  // namespace physgrad
