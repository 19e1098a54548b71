// physgrad-bench table: tables from reports alone.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "physgrad/pages/render.hpp"
#include "physgrad/tables/tables.hpp"
#include "report_options.hpp"
#include "table_format.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct TableRequest {
  ReportOptions reports;
  std::string kind = "summary", format = "text";
};

}  // namespace

void add_table(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("table", "Print tables from one or more reports");
  verb->footer(
      call.help("Examples:\n  physgrad-bench table --from results/mine --kind time\n"
                "  physgrad-bench table --from results/mine --problem 'he*' --method dp-adam,hig --seed 0-3\n"
                "  physgrad-bench table --from a/report.json --from b/report.json --format latex"));
  const auto request = std::make_shared<TableRequest>();
  add_report_options(*verb, request->reports);
  verb->add_option("--kind", request->kind, fmt::format("{} (default summary)", fmt::join(table_kinds(), ", ")));
  verb->add_option("--format", request->format, table_formats_text());
  verb->callback([request, &call] {
    const TableFormat format = parse_table_format(request->format);
    const std::vector<LabelledReport> reports = read_reports(request->reports);
    fmt::print("{}", render(make_tables(request->kind, reports), format));
    call.exit_code = 0;
  });
}

}  // namespace physgrad::driver
