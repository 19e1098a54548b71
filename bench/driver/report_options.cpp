#include "report_options.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "physgrad/catalogue/composition.hpp"
#include "physgrad/files/files.hpp"
#include "physgrad/record/stored_run.hpp"
#include "physgrad/record/tuning_study.hpp"

namespace physgrad::driver {

void add_report_options(CLI::App& verb, ReportOptions& options) {
  verb.add_option("--from", options.from, "run directory or report.json; several are joined")->required()->take_all();
  add_selection_options(verb, options.selection);
}

void add_selection_options(CLI::App& verb, Selection& selection) {
  verb.add_option("--problem", selection.problems, "only these problems: names or patterns such as 'he*'")
      ->delimiter(',');
  verb.add_option("--method", selection.methods, "only these methods: names or patterns such as 'dp-*'");
  verb.add_option("--seed", selection.seeds, "only these seeds: 3 or 0-7")->delimiter(',');
}

void select_cells(std::vector<LabelledReport>& reports, Selection selection) {
  selection.methods = split_method_names(selection.methods);
  select(reports, selection);
}

std::vector<LabelledReport> read_reports(const ReportOptions& options) {
  for (const std::string& from : options.from)
    if (!holds_run(from) && std::filesystem::is_directory(from) && holds_study(from))
      throw ReadError(fmt::format("'{}' holds a tuning study, no report; table --kind sensitivity reads it", from));
  std::vector<LabelledReport> reports;
  for (Report& report : physgrad::read_reports({options.from.begin(), options.from.end()})) {
    std::string label = report.header.name;
    reports.push_back({std::move(label), std::move(report)});
  }
  select_cells(reports, options.selection);
  return reports;
}

}  // namespace physgrad::driver
