#pragma once
// Version B against version A as data: numbers of the same things in both, with verdicts. What is compared comes from
// tables/compare_reports.hpp or tables/compare_benchmarks.hpp; tables/comparison_tables.hpp shows it, and
// tables/bounds.hpp judges it.
#include <cstddef>
#include <string>
#include <vector>

#include "physgrad/record/cell_spec.hpp"
#include "physgrad/tables/table.hpp"

namespace physgrad {

/// What is compared. Of all of them less is better.
enum class Aspect { training_loss, test_loss, target_time, step_time, heap, predicted_memory, real_time, cpu_time };
[[nodiscard]] const char* to_text(Aspect aspect);

/// One number of one thing in A and in B.
struct Comparison {
  std::string group;  ///< problem, or the kind of thing that benchmarks are
  std::string name;   ///< method with what else names its setup, or benchmark
  Aspect aspect = Aspect::training_loss;
  std::string quantity;                         ///< with its unit: "time to 0.1 [s]"
  double unit = 1;                              ///< what `a` and `b` are shown in, in terms of what they are
  double a = kAbsent, b = kAbsent;              ///< medians
  std::size_t samples_a = 0, samples_b = 0;     ///< pairs, twice; or repetitions
  std::size_t left_out = 0;                     ///< pairs whose times do not hold or are of two machines
  bool signed_times = false;                    ///< `a` and `b` come from disturbed cells alone
  Spread log_ratio{kAbsent, kAbsent, kAbsent};  ///< of b / a, with its interval of 95 % where so few values have one
  std::string test = "-";
  double p = kAbsent;  ///< of this comparison alone
  double corrected_p = kAbsent;
  int direction = 0;          ///< of the test: -1 where B is better
  bool testable = false;      ///< whether some outcome would have been significant
  bool equal = false;         ///< every single pair is
  bool bounded = true;        ///< false: shown, and left to another number of the same thing to be judged by
  std::string obstacle = {};  ///< why it is not compared; empty: it is
};

/// All things together by one aspect: every one of them is one observation, the median of its ratios.
struct OverallComparison {
  Comparison comparison;
  int better = 0, worse = 0, equal = 0, unresolved = 0, not_compared = 0;
};

struct ComparedVersions {
  std::string things = "setups";  ///< what the observations of the overall comparisons are
  std::string samples = "pairs";  ///< what `samples_a` counts
  std::string summary;            ///< the denominators
  std::vector<Comparison> single;
  std::vector<OverallComparison> overall;  ///< filled by decide_together()
  Table inventory;                         ///< what is in A, in B, in both
  std::vector<std::string> sources;        ///< where A and B come from
  std::vector<std::string> machines;       ///< in what they differ; empty: times can be compared
  std::vector<std::string> warnings;       ///< what may make times differ and is no reason not to compare them
  int missing = 0;                         ///< what ended in A and has no counterpart that ended in B
  std::vector<std::string> lost;           ///< what worked in A and not in B, a line each
};

/// Makes the overall comparisons and corrects the p of all comparisons for their number, by Holm. Those of which no
/// outcome could have been significant are not counted, for they cannot be wrong (Tarone 1990, Biometrics 46, 515).
void decide_together(ComparedVersions& versions);

/// "better", "worse", "equal", "unresolved", or the obstacle.
[[nodiscard]] std::string verdict_text(const Comparison& comparison);

/// How many comparisons were corrected for, and how many pairs that takes at least.
[[nodiscard]] std::string power_text(const ComparedVersions& versions);

/// The number of comparisons that took part in the correction.
[[nodiscard]] std::size_t family_size(const ComparedVersions& versions);

/// Enters the outcome of paired log-ratios b / a, NaN left out.
void enter_pairs(const std::vector<double>& log_ratios, Comparison& comparison);

}  // namespace physgrad
