#include "report_options.hpp"

#include <utility>

#include "physgrad/catalogue/composition.hpp"
#include "physgrad/record/stored_run.hpp"

namespace physgrad::driver {

void add_report_options(CLI::App& verb, ReportOptions& options) {
  verb.add_option("--from", options.from, "run directory or report.json; several are joined")->required()->take_all();
  verb.add_option("--problem", options.selection.problems, "only these problems: names or patterns such as 'he*'")
      ->delimiter(',');
  verb.add_option("--method", options.selection.methods, "only these methods: names or patterns such as 'dp-*'");
  verb.add_option("--seed", options.selection.seeds, "only these seeds: 3 or 0-7")->delimiter(',');
}

std::vector<LabelledReport> read_reports(const ReportOptions& options) {
  std::vector<LabelledReport> reports;
  for (const std::string& path : options.from) {
    Report report = read_report(path);
    reports.push_back({report.header.name, std::move(report)});
  }
  Selection selection = options.selection;
  selection.methods = split_method_names(selection.methods);
  select(reports, selection);
  return reports;
}

}  // namespace physgrad::driver
