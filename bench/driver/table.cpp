// physgrad-bench table: tables from reports alone.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "kind_choices.hpp"
#include "output_option.hpp"
#include "physgrad/pages/render.hpp"
#include "physgrad/tables/tables.hpp"
#include "report_options.hpp"
#include "table_format.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct TableRequest {
  ReportOptions reports;
  KindOptions options;
  std::string kind = "summary", format = "text", color = "auto", out;
};

/// A file is no terminal: it has the full width, and colours only where they are asked for.
TextStyle style_of(const TableRequest& request, TableFormat format, bool color_given) {
  if (format != TableFormat::text && color_given) throw UsageError("--color takes --format text; no other has colours");
  const TextStyle style = output_style(request.color);
  return request.out == kStandardOutput ? style : TextStyle{0, request.color == "always"};
}

}  // namespace

void add_table(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("table", "Print tables from one or more reports");
  verb->footer(
      call.help("Examples:\n  physgrad-bench table --from results/mine --kind time\n"
                "  physgrad-bench table --from results/mine --problem 'he*' --method dp-adam,hig --seed 0-3\n"
                "  physgrad-bench table --from results/long --kind budgets --budgets 1.8,10,30,120\n"
                "  physgrad-bench table --from a/report.json --from b/report.json --format latex --out table.tex"));
  const auto request = std::make_shared<TableRequest>();
  add_report_options(*verb, request->reports);
  verb->add_option("--kind", request->kind, fmt::format("{} (default summary)", fmt::join(table_kinds(), ", ")));
  add_budgets(*verb, request->options.budgets);
  add_group(*verb, request->options.group, "profiles");
  verb->add_option("--format", request->format, table_formats_text());
  const CLI::Option* color = verb->add_option("--color", request->color, kColorText);
  add_output_option(*verb, request->out);
  verb->callback([request, color, &call] {
    const TableFormat format = parse_table_format(request->format);
    const TextStyle style = style_of(*request, format, color->count() > 0);
    check_options(request->kind, request->options);
    check_output(request->out);
    const std::vector<LabelledReport> reports = read_reports(request->reports);
    put_output(request->out, render(make_tables(request->kind, reports, request->options), format, style));
    call.exit_code = 0;
  });
}

}  // namespace physgrad::driver
