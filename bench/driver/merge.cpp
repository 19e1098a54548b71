// physgrad-bench merge: run directories and reports as one run directory.
#include "physgrad/study/merge.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "run_tables.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct MergeRequest {
  std::string out, prefer;
  std::vector<std::string> inputs;
};

Prefer parse_prefer(const std::string& text) {
  if (text.empty()) return Prefer::neither;
  if (text == "first") return Prefer::first;
  if (text == "newest") return Prefer::newest;
  throw UsageError(unknown_name_message("--prefer", text, {"first", "newest"}));
}

}  // namespace

void add_merge(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("merge", "Join run directories and reports into one run directory");
  verb->footer(call.help(
      "Machines stay told apart, planned cells are united, cells that are alike are taken once; a cell that was\n"
      "measured twice, or with other settings, is named and nothing is written. Where the inputs are shards of one\n"
      "study, the result can be gone on with by `run --out OUT --only missing`.\nExamples:\n"
      "  physgrad-bench merge results/all results/part-*\n"
      "  physgrad-bench merge --prefer newest results/both results/monday/report.json results/tuesday"));
  const auto request = std::make_shared<MergeRequest>();
  verb->add_option("OUT", request->out, "the directory to make")->required();
  verb->add_option("IN", request->inputs, "run directories or report.json")->required();
  verb->add_option("--prefer", request->prefer,
                   "of a cell that was measured twice: first (of the inputs' order) or newest (of the runs' starts)");
  verb->callback([request, &call] {
    MergedReport merged = merge_into(request->out, request->inputs, parse_prefer(request->prefer), call.command);
    std::vector<LabelledReport> reports;
    reports.push_back({merged.report.header.name, std::move(merged.report)});
    write_tables(request->out, reports);
    for (const std::string& note : merged.notes) call.tell(note);
    fmt::print("{} cells of {} inputs: {}/report.json\n", reports.front().report.cells.size(), request->inputs.size(),
               request->out);
    call.exit_code = 0;
  });
}

}  // namespace physgrad::driver
