// physgrad-bench table: tables from reports alone.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "physgrad/pages/render.hpp"
#include "physgrad/record/stored_run.hpp"
#include "physgrad/tables/tables.hpp"
#include "table_format.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct TableRequest {
  std::vector<std::string> from;
  std::string kind = "summary", format = "text";
};

}  // namespace

void add_table(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("table", "Print tables from one or more reports");
  verb->footer(
      call.help("Examples:\n  physgrad-bench table --from results/mine --kind time\n"
                "  physgrad-bench table --from a/report.json --from b/report.json --format latex"));
  const auto request = std::make_shared<TableRequest>();
  verb->add_option("--from", request->from, "run directory or report.json; several are joined")->required()->take_all();
  verb->add_option("--kind", request->kind, fmt::format("{} (default summary)", fmt::join(table_kinds(), ", ")));
  verb->add_option("--format", request->format, table_formats_text());
  verb->callback([request, &call] {
    const TableFormat format = parse_table_format(request->format);
    std::vector<LabelledReport> reports;
    for (const std::string& path : request->from) {
      Report report = read_report(path);
      reports.push_back({report.header.name, std::move(report)});
    }
    const std::vector<Table> tables = make_tables(request->kind, reports);
    fmt::print("{}", render(tables, format));
    call.exit_code = 0;
  });
}

}  // namespace physgrad::driver
