// physgrad-bench claims: what reports say about published claims.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "report/claims.hpp"
#include "table_format.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct ClaimsRequest {
  std::vector<std::string> from;
  std::string claims, format = "text";
};

ClaimsFile read_claims(const std::string& path) {
  return path.empty() ? parse_claims(embedded_claims(), "docs/claims.json") : parse_claims(read_text_file(path), path);
}

int judge_claims(const ClaimsRequest& request) {
  const TableFormat format = parse_table_format(request.format);
  const ClaimsFile file = read_claims(request.claims);
  const ClaimReports reports = read_claim_reports({request.from.begin(), request.from.end()});
  std::vector<ClaimResult> results;
  for (const Claim& claim : file.claims) results.push_back(judge(claim, reports));
  if (format != TableFormat::markdown) {
    fmt::print("{}", render({claims_table(file.claims, results)}, format));
    return 0;
  }
  fmt::print("{}", claims_document(file.claims, results, reports));
  if (const auto ids = unexplained(file.claims, results); !ids.empty())
    fmt::print(stderr, "physgrad-bench: not reproduced and without an explanation: {}\n", fmt::join(ids, ", "));
  return 0;
}

}  // namespace

void add_claims(CLI::App& app, int& exit_code) {
  CLI::App* verb = app.add_subcommand("claims", "Compare published claims with what reports measured");
  verb->footer(
      "Verdicts: reproduced, contradicted, unresolved; 6 seeds are the fewest that can decide.\nExamples:\n"
      "  physgrad-bench claims --from results/reference/claims\n"
      "  physgrad-bench claims --from results/mine --claims mine.json --format md");
  const auto request = std::make_shared<ClaimsRequest>();
  verb->add_option("--from", request->from,
                   "report.json, run directory, or a directory of run directories named as the claims' runs")
      ->required()
      ->take_all();
  verb->add_option("--claims", request->claims, "claims to judge (default: docs/claims.json, which is built in)");
  verb->add_option("--format", request->format, "text, md, csv or latex (default text)");
  verb->callback([request, &exit_code] { exit_code = judge_claims(*request); });
}

}  // namespace physgrad::driver
