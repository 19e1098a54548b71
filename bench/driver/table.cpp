// physgrad-bench table: tables from reports alone.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "kind_choices.hpp"
#include "output_option.hpp"
#include "physgrad/catalogue/composition.hpp"
#include "physgrad/core/pattern.hpp"
#include "physgrad/pages/render.hpp"
#include "physgrad/tables/sensitivity_table.hpp"
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

constexpr const char* kSensitivity = "sensitivity";  // of studies; all other kinds are of reports

/// The pairs of a study that are selected. Throws UsageError for what a study does not have.
TuningStudy selected_study(const ReportOptions& options) {
  if (options.from.size() > 1) throw UsageError("--kind sensitivity takes one --from, the directory of a study");
  if (!options.selection.seeds.empty()) throw UsageError("--seed has no effect with --kind sensitivity");
  TuningStudy study = read_study(options.from.front());
  const auto keep = [&](const char* kind, const std::vector<std::string>& patterns, std::string StudiedPair::*name) {
    std::vector<std::string> names;
    for (const StudiedPair& pair : study.pairs)
      if (!contains(names, pair.*name)) names.push_back(pair.*name);
    names = chosen_names(kind, patterns, names);
    std::erase_if(study.pairs, [&](const StudiedPair& pair) { return !contains(names, pair.*name); });
  };
  keep("problem", options.selection.problems, &StudiedPair::problem);
  keep("method", split_method_names(options.selection.methods), &StudiedPair::method);
  return study;
}

std::vector<Table> asked_tables(const TableRequest& request) {
  if (request.kind == kSensitivity) return sensitivity_tables(selected_study(request.reports));
  return make_tables(request.kind, read_reports(request.reports), request.options);
}

std::string kinds_text() {
  std::vector<std::string> kinds = table_kinds();
  kinds.emplace_back(kSensitivity);
  return fmt::format("{} (default summary; sensitivity: --from the directory of a tune --study)",
                     fmt::join(kinds, ", "));
}

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
  verb->add_option("--kind", request->kind, kinds_text());
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
    put_output(request->out, render(asked_tables(*request), format, style));
    call.exit_code = 0;
  });
}

}  // namespace physgrad::driver
