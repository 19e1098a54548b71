#include "physgrad/claims/claims_table.hpp"

#include <fmt/format.h>

#include <map>

namespace physgrad {
namespace {

/// The median as text; machines read the spread too.
Entry median_entry(const std::vector<double>& values) {
  const Spread range = spread(values);
  Entry entry = number_entry(range.median);
  entry.low = range.low;
  entry.high = range.high;
  return entry;
}

std::string fraction(double factor) {
  return factor >= 1.0 ? fmt::format("1/{:.4g}", factor) : fmt::format("{:.4g}", 1.0 / factor);
}

std::string count_text(const std::vector<ClaimResult>& results) {
  std::map<ClaimVerdict, int> counts;
  for (const ClaimResult& result : results) ++counts[result.verdict];
  return fmt::format("{} claims: {} reproduced, {} contradicted, {} unresolved", results.size(),
                     counts[ClaimVerdict::reproduced], counts[ClaimVerdict::contradicted],
                     counts[ClaimVerdict::unresolved]);
}

}  // namespace

std::string claimed_ratio(const Claim& claim) {
  if (claim.relation == Relation::less) return "<= " + (claim.factor == 1.0 ? "1" : fraction(claim.factor));
  if (claim.relation == Relation::greater) return fmt::format(">= {:.4g}", claim.factor);
  return fmt::format("{} .. {:.4g}", fraction(claim.factor), claim.factor);
}

Table claims_table(const std::vector<Claim>& claims, const std::vector<ClaimResult>& results) {
  Table table{count_text(results), "claims", {}, {}, {}};
  table.columns = {{"claim", false},
                   {"verdict", false},
                   {"claimed a/b", false},
                   {.header = "a/b", .spread = true},
                   {.header = "a", .spread = true},
                   {.header = "b", .spread = true},
                   {"pairs"},
                   {"note", false}};
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const ClaimResult& result = results[i];
    table.rows.push_back(
        {text_entry(claims[i].id), text_entry(to_text(result.verdict)), text_entry(claimed_ratio(claims[i])),
         spread_entry({result.ratio, result.interval.low, result.interval.high}), median_entry(result.a),
         median_entry(result.b), number_entry(static_cast<double>(result.a.size())), text_entry(result.reason)});
  }
  table.notes = {
      "a/b: median over pairs of equal seed [interval of at least 95 %]; a and b: medians. Lost cells and misses are "
      "infinite."};
  return table;
}

Table pros_and_cons_table(const std::vector<Claim>& claims, const std::vector<ClaimResult>& results) {
  Table table{"Advantages and drawbacks that the sources name", "pros and cons", {}, {}, {}};
  table.columns = {{"of", false},
                   {"side", false},
                   {"statement", false},
                   {"problem", false},
                   {"compared", false},
                   {"claimed a/b", false},
                   {.header = "a/b", .spread = true},
                   {"pairs"},
                   {"verdict", false}};
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const Claim& claim = claims[i];
    const ClaimResult& result = results[i];
    if ((claim.pro_of.empty() && claim.con_of.empty()) || result.a.empty()) continue;
    const std::string against =
        claim.b.is_number() ? fmt::format("{:.4g}", claim.b.value) : fmt::format("b {}", claim.b.method);
    table.rows.push_back(
        {text_entry(claim.pro_of.empty() ? claim.con_of : claim.pro_of),
         text_entry(claim.pro_of.empty() ? "con" : "pro"), text_entry(claim.statement), text_entry(claim.a.problem),
         text_entry(fmt::format("{}: a {}, {}", claim.metric, claim.a.method, against)),
         text_entry(claimed_ratio(claim)), spread_entry({result.ratio, result.interval.low, result.interval.high}),
         number_entry(static_cast<double>(result.a.size())), text_entry(to_text(result.verdict))});
  }
  table.notes = {
      "The statements are the sources' own (docs/claims.md has each with its place); the figures are this suite's. "
      "a/b: median over pairs of equal seed "
      "[interval of at least 95 %]."};
  return table;
}

}  // namespace physgrad
