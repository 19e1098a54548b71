// physgrad-bench report: a page that people read, made from reports.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "physgrad/claims/claim_reports.hpp"
#include "physgrad/claims/claims_file.hpp"
#include "physgrad/files/files.hpp"
#include "physgrad/pages/report_page.hpp"
#include "physgrad/study/learned.hpp"
#include "report_options.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct PageRequest {
  ReportOptions reports;
  std::vector<std::string> claims_from;
  std::string title, out;
};

std::string names_of(const std::vector<LabelledReport>& reports) {
  std::vector<std::string> names;
  for (const LabelledReport& each : reports) names.push_back(each.label);
  return fmt::format("{}", fmt::join(names, ", "));
}

/// By the reports that are named for it, or else by those of the page.
std::vector<ClaimResult> judged(const std::vector<Claim>& claims, const PageRequest& request,
                                const std::vector<LabelledReport>& reports) {
  if (request.claims_from.empty()) return judge_all(claims, reports, false);
  const ClaimReports judges = read_claim_reports({request.claims_from.begin(), request.claims_from.end()});
  return judge_all(claims, judges.reports, judges.by_name);
}

int write_page(const PageRequest& request, const Call& call) {
  check_output_path(request.out);
  const std::vector<LabelledReport> reports = read_reports(request.reports);
  const ClaimsFile file = parse_claims(embedded_claims(), "docs/claims.json");
  const std::vector<ClaimResult> results = judged(file.claims, request, reports);
  const LearnedCells learned(call.catalogue, request.reports.from, 0);
  const Page page = report_page({request.title.empty() ? names_of(reports) : request.title, reports, file.claims,
                                 results, fmt::format("{}", fmt::join(call.command, " ")),
                                 learned.any() ? LearnedSource(learned) : LearnedSource()});
  write_text_file(request.out, page.html);
  if (!page.remark.empty()) call.tell(fmt::format("the page has no pictures: {}", page.remark));
  return 0;
}

}  // namespace

void add_report(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("report", "Write a page of tables and pictures from one or more reports");
  verb->footer(call.help(
      "One HTML file that needs no network. Pictures take gnuplot; without it the page has tables alone. What was\n"
      "learned is shown where `run --save-weights` kept the weights.\n"
      "Examples:\n  physgrad-bench report --from results/mine --out report.html\n"
      "  physgrad-bench report --from results/reference --claims results/reference/claims --out report.html"));
  const auto request = std::make_shared<PageRequest>();
  add_report_options(*verb, request->reports);
  verb->add_option("--claims", request->claims_from,
                   "reports that the literature's claims are judged by (default: --from)")
      ->take_all();
  verb->add_option("--title", request->title, "what it is called (default: the runs' names)");
  verb->add_option("--out", request->out, "the file to write")->required();
  verb->callback([request, &call] { call.exit_code = write_page(*request, call); });
}

}  // namespace physgrad::driver
