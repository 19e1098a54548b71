// physgrad-bench claims: what reports say about published claims.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "claim_runs.hpp"
#include "physgrad/claims/claim_reports.hpp"
#include "physgrad/claims/claim_verdict.hpp"
#include "physgrad/claims/claims_file.hpp"
#include "physgrad/claims/claims_table.hpp"
#include "physgrad/pages/claims_document.hpp"
#include "physgrad/pages/render.hpp"
#include "table_format.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct ClaimsRequest {
  std::vector<std::string> from;
  std::string claims, format = "text", out;
  bool run = false, quiet = false;
};

ClaimsFile read_claims(const std::string& path) {
  return path.empty() ? parse_claims(embedded_claims(), "docs/claims.json") : parse_claims(read_text_file(path), path);
}

int judge_claims(ClaimsRequest request, const Call& call) {
  const TableFormat format = parse_table_format(request.format);
  const ClaimsFile file = read_claims(request.claims);
  if (request.run != request.from.empty())
    throw UsageError("claims need reports to judge by: either --from REPORT or --run to measure them");
  if (request.run) {
    if (request.out.empty()) throw UsageError("--out cannot be empty");
    if (const int code = measure_claims(file, request.out, request.quiet, call); code != 0) return code;
    request.from = {request.out};
  }
  const ClaimReports reports = read_claim_reports({request.from.begin(), request.from.end()});
  const std::vector<ClaimResult> results = judge_all(file.claims, reports.reports, reports.by_name);
  if (format != TableFormat::markdown) {
    fmt::print("{}", render({claims_table(file.claims, results)}, format, output_style()));
    return 0;
  }
  fmt::print("{}", claims_document(file.claims, results, reports));
  if (const auto ids = unexplained(file.claims, results); !ids.empty())
    call.tell(fmt::format("not reproduced and without an explanation: {}", fmt::join(ids, ", ")));
  return 0;
}

}  // namespace

void add_claims(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("claims", "Compare published claims with what reports measured");
  verb->footer(
      call.help("Verdicts: reproduced, contradicted, unresolved; 6 seeds are the fewest that can decide.\nExamples:\n"
                "  physgrad-bench claims --from results/reference/claims\n"
                "  physgrad-bench claims --run --out results/claims\n"
                "  physgrad-bench claims --from results/mine --claims mine.json --format md"));
  const auto request = std::make_shared<ClaimsRequest>();
  verb->add_option("--from", request->from,
                   "report.json, run directory, or a directory of run directories named as the claims' runs")
      ->take_all();
  CLI::Option* run = verb->add_flag("--run", request->run,
                                    "measure first what the claims ask for (about 45 minutes; again: continues)");
  verb->add_option("--out", request->out, "where --run puts its run directories (default results/claims)")
      ->default_val("results/claims")
      ->needs(run);
  verb->add_flag("--quiet", request->quiet, "no progress of --run")->needs(run);
  verb->add_option("--claims", request->claims, "claims to judge (default: docs/claims.json, which is built in)");
  verb->add_option("--format", request->format, table_formats_text());
  verb->callback([request, &call] { call.exit_code = judge_claims(*request, call); });
}

}  // namespace physgrad::driver
