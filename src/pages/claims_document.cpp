#include "physgrad/pages/claims_document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "physgrad/claims/claims_table.hpp"
#include "physgrad/pages/render.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

std::string moment_text(const Moment& at) {
  switch (at.unit) {
    case Moment::Unit::step:
      return fmt::format(" at step {}", at.value);
    case Moment::Unit::samples:
      return fmt::format(" after {} samples", at.value);
    case Moment::Unit::seconds:
      return fmt::format(" after {} s", at.value);
    case Moment::Unit::target:
      return fmt::format(" (loss {})", at.value);
    case Moment::Unit::end:
      break;
  }
  return "";
}

std::string side_name(const ClaimSide& side) {
  if (side.is_number()) return fmt::format("published value {:.6g}", side.value);
  std::string text = fmt::format("`{}` on {}", side.method, side.problem);
  for (const auto& [key, value] : side.settings) text += fmt::format(", {}={}", key, to_text(value));
  return text + moment_text(side.at);
}

std::string measured(const std::vector<double>& values) {
  return values.empty() ? "not measured" : spread_entry(spread(values)).text;
}

std::string section(const Claim& claim, const ClaimResult& result) {
  std::string text =
      fmt::format("\n### {}: {}\n\n{}\n\n", one_line(claim.id), to_text(result.verdict), one_line(claim.statement));
  text += fmt::format("- Source: {}\n", one_line(claim.source));
  text += fmt::format("- Compared: `{}`, a / b {}\n", claim.metric, claimed_ratio(claim));
  text += fmt::format("- a, {}: {}\n", one_line(side_name(claim.a)), measured(result.a));
  text += claim.b.is_number() ? fmt::format("- b, {}\n", one_line(side_name(claim.b)))
                              : fmt::format("- b, {}: {}\n", one_line(side_name(claim.b)), measured(result.b));
  if (!std::isnan(result.interval.low)) {
    const SpreadTexts ratio = spread_texts({result.ratio, result.interval.low, result.interval.high});
    text += fmt::format("- a / b: {}, {:.1f} % interval [{}, {}] from {} pairs\n", ratio.median,
                        100.0 * result.interval.coverage, ratio.low, ratio.high, result.a.size());
  }
  if (!result.reason.empty()) text += fmt::format("- Note: {}\n", one_line(result.reason));
  // What was not measured needs no explanation beyond the note.
  if (result.verdict == ClaimVerdict::reproduced || result.a.empty()) return text;
  return text + fmt::format("\n{}\n", claim.explanation.empty() ? "No explanation yet." : one_line(claim.explanation));
}

constexpr const char* kPreamble =
    "# Published claims\n\n"
    "Statements of the sources as relations between measured numbers. This file is generated from `docs/claims.json` "
    "and "
    "the reports of its runs by `physgrad-bench claims --from REPORTS --format md`; do not edit it.\n\n"
    "Cells are paired by seed; a / b is the ratio of a pair, shown as the median of all pairs with an interval from "
    "order "
    "statistics that holds the true median with at least 95 %, whatever the distribution. It takes 6 pairs. A claim is "
    "**reproduced** when the whole interval satisfies it, **contradicted** when the whole interval violates it, and "
    "**unresolved** otherwise. The sides are of one task but for the settings that the claim names, each of one setup; "
    "what "
    "depends on time is of one machine and program; pairs that are copies bit for bit count once. Lost cells and "
    "misses count as infinite. Brackets behind a and b are quartiles. The "
    "interval speaks of other seeds on this machine with these settings, not of other machines or settings.\n";

/// Which claims were looked at more than once, which costs coverage; empty where none asks for more seeds than others.
std::string extended(const std::vector<Claim>& claims) {
  std::vector<double> seeds;
  for (const Claim& claim : claims)
    if (!std::isnan(claim.seeds)) seeds.push_back(claim.seeds);
  if (seeds.empty()) return {};
  const auto [fewest, most] = std::ranges::minmax(seeds);
  const auto more = std::ranges::count_if(seeds, [least = fewest](double each) { return each > least; });
  if (more == 0) return {};
  return fmt::format(
      "\nSeeds that runs ask for: {}, and for {} of the claims, which these had left unresolved, {}. They are looked "
      "at "
      "twice, so that both intervals together are right with at least 90 %, not 95 %.\n",
      fewest, more, most);
}

}  // namespace

std::string claims_document(const std::vector<Claim>& claims, const std::vector<ClaimResult>& results,
                            const ClaimReports& reports) {
  std::string text = kPreamble + extended(claims);
  // Reports that nothing was read from say nothing about the verdicts.
  std::set<std::string> used;
  for (const ClaimResult& result : results) used.insert(result.report);
  std::vector<std::string> builds;
  for (const LabelledReport& each : reports.reports)
    if (used.contains(each.label))
      if (const std::string line = provenance_line(each.report.header); std::ranges::find(builds, line) == builds.end())
        builds.push_back(line);
  if (!builds.empty()) text += fmt::format("\nMeasured by {}.\n", one_line(fmt::format("{}", fmt::join(builds, "; "))));
  text += "\n" + render({claims_table(claims, results)}, TableFormat::markdown);
  for (std::size_t i = 0; i < claims.size(); ++i) text += section(claims[i], results[i]);
  return text;
}

}  // namespace physgrad
