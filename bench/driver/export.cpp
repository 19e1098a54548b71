// physgrad-bench export: reports as tidy data for other programs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <memory>

#include "physgrad/pages/tidy_text.hpp"
#include "report_options.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct ExportRequest {
  ReportOptions reports;
  std::string what = "cells", format = "csv", out = "-";
};

std::vector<TidyForm> exported_forms() {
  std::vector<TidyForm> forms = tidy_forms();
  forms.push_back(tidy_dictionary());
  return forms;
}

std::vector<std::string> form_names() {
  std::vector<std::string> names;
  for (const TidyForm& form : exported_forms()) names.push_back(form.name);
  return names;
}

TidyForm form_of(const std::string& name) {
  for (TidyForm& form : exported_forms())
    if (form.name == name) return form;
  throw UsageError(unknown_name_message("--what", name, form_names()));
}

/// The text that is asked for, which reads the reports.
TextSource source_of(const ExportRequest& request) {
  const bool dictionary = request.what == tidy_dictionary().name;
  const TidyForm form = form_of(request.what);
  if (request.format == "md") {
    if (!dictionary) throw UsageError("--format md is for --what dictionary; expected csv or jsonl");
    return [](const TextSink& sink) { sink(dictionary_document()); };
  }
  if (request.format != "csv" && request.format != "jsonl")
    throw UsageError(unknown_name_message("export format", request.format, {"csv", "jsonl", "md"}));
  if (dictionary != request.reports.from.empty())
    throw UsageError(dictionary ? "--what dictionary reads no reports; leave --from out" : "--from is required");
  const TidyFormat format = request.format == "csv" ? TidyFormat::csv : TidyFormat::jsonl;
  auto reports = std::make_shared<const std::vector<LabelledReport>>(read_reports(request.reports));
  return [form, format, reports](const TextSink& sink) { write_tidy(form, *reports, format, sink); };
}

void export_data(const ExportRequest& request) {
  if (request.out != "-") check_output_path(request.out);
  const TextSource source = source_of(request);
  if (request.out == "-")
    source([](std::string_view piece) { std::fwrite(piece.data(), 1, piece.size(), stdout); });
  else
    write_text_file(request.out, source);
}

}  // namespace

void add_export(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("export", "Write reports as tidy data: one observation a row");
  verb->footer(
      call.help("docs/data-dictionary.md says what the columns mean, as --what dictionary does.\nExamples:\n"
                "  physgrad-bench export --from results/mine --what curves --out curves.csv\n"
                "  physgrad-bench export --from results/mine --problem heat --format jsonl\n"
                "  physgrad-bench export --what dictionary"));
  const auto request = std::make_shared<ExportRequest>();
  add_report_options(*verb, request->reports);
  verb->get_option("--from")->required(false);
  verb->add_option("--what", request->what, fmt::format("{} (default cells)", fmt::join(form_names(), ", ")));
  verb->add_option("--format", request->format, "csv, jsonl (default csv); the dictionary also as md");
  verb->add_option("--out", request->out, "file to write, '-' for standard output (default)");
  verb->callback([request, &call] {
    export_data(*request);
    call.exit_code = 0;
  });
}

}  // namespace physgrad::driver
