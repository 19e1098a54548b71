#pragma once
// Published claims as relations between measured numbers, and what reports say about them. docs/claims.json holds them;
// docs/claims.md is made from it and from reports alone. The file's format is described in results/README.md.
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "report/grouping.hpp"
#include "report/json.hpp"
#include "report/statistics.hpp"
#include "report/table.hpp"

namespace physgrad {

/// Where on the curve a number is read: the last point not later than `value` of its unit, or the time to a loss.
struct Moment {
  enum class Unit { end, step, samples, seconds, target };
  Unit unit = Unit::end;
  double value = kAbsent;
};

/// What is compared: the cells of a problem and a method, told apart by settings where a run swept them; or a number.
struct ClaimSide {
  std::string problem, method;
  SettingMap settings;  ///< each has to equal the cell's setting as used
  Moment at;
  double value = kAbsent;  ///< a published number instead of cells
  [[nodiscard]] bool is_number() const { return method.empty(); }
};

/// less: a * factor <= b; greater: a >= factor * b; about: b / factor <= a <= b * factor.
enum class Relation { less, greater, about };

struct Claim {
  std::string id, source, statement, explanation;
  std::string run;                                   ///< name of the run whose cells decide
  double steps = kAbsent, budget_seconds = kAbsent;  ///< the limits that this run asks for
  std::string metric;
  ClaimSide a, b;
  Relation relation = Relation::less;
  double factor = 1.0;
};

struct ClaimsFile {
  std::map<std::string, Json> runs;  ///< by name, as the file has them: what `run --config` takes
  std::vector<Claim> claims;
};

/// docs/claims.json as it was when the program was built.
[[nodiscard]] std::string_view embedded_claims();
/// Throws ReadError naming `source` and the place: unknown keys, names of metrics and relations, wrong kinds.
[[nodiscard]] ClaimsFile parse_claims(std::string_view text, const std::string& source);

[[nodiscard]] const std::vector<std::string>& claim_metrics();
/// True where `metric` is read off the curve and a moment may be chosen.
[[nodiscard]] bool is_curve_metric(const std::string& metric);
/// True where other cells running beside this one would distort the number.
[[nodiscard]] bool is_timed(const std::string& metric, const Moment& at);
/// NaN: not measured, or the curve never came to that moment. Infinite: a miss, or the cell was lost before it.
[[nodiscard]] double claim_metric(const CellRecord& cell, const std::string& metric, const Moment& at);

/// Reports to judge by. With `by_name` a claim looks only at the reports with the name of its run; without, it prefers
/// those and otherwise takes the one with the most pairs.
struct ClaimReports {
  std::vector<LabelledReport> reports;
  bool by_name = true;
};
/// Each path is a report.json, a run directory, or a directory of run directories; the last chooses by name. Throws
/// ReadError.
[[nodiscard]] ClaimReports read_claim_reports(const std::vector<std::filesystem::path>& paths);

enum class Verdict { reproduced, contradicted, unresolved };
[[nodiscard]] const char* to_text(Verdict verdict);

struct ClaimResult {
  Verdict verdict = Verdict::unresolved;
  std::string reason;        ///< why unresolved, and which pairs did not take part
  std::vector<double> a, b;  ///< paired by seed
  double ratio = kAbsent;    ///< median of a / b
  MedianInterval interval{kAbsent, kAbsent, 0.0};
  std::string report;  ///< label of the report that decided
};
[[nodiscard]] ClaimResult judge(const Claim& claim, const ClaimReports& reports);

/// "<= 1/10", ">= 5", "1/3 .. 3": what the claim says about a / b.
[[nodiscard]] std::string claimed_ratio(const Claim& claim);
/// One row a claim. `results` are those of the claims, in order.
[[nodiscard]] Table claims_table(const std::vector<Claim>& claims, const std::vector<ClaimResult>& results);
/// docs/claims.md, whole: the table, then a section a claim.
[[nodiscard]] std::string claims_document(const std::vector<Claim>& claims, const std::vector<ClaimResult>& results,
                                          const ClaimReports& reports);
/// Ids of measured claims that were not reproduced and have no explanation.
[[nodiscard]] std::vector<std::string> unexplained(const std::vector<Claim>& claims,
                                                   const std::vector<ClaimResult>& results);

}  // namespace physgrad
