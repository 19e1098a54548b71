#pragma once
// Words that the kinds of figures share.
#include <functional>
#include <string>
#include <vector>

#include "physgrad/tables/measures.hpp"
#include "physgrad/tables/report_set.hpp"

namespace physgrad {

/// Lower-case letters, digits and single hyphens, at most 80: "convergence-heat-points-8-seconds".
[[nodiscard]] std::string plain_name(const std::vector<std::string>& parts);

/// What figures of several abscissae are drawn over.
inline constexpr Abscissa kFigureAbscissae[] = {Abscissa::seconds, Abscissa::steps, Abscissa::simulator_calls};

/// "seconds", "steps", "samples", "simulator_calls": what options call it.
[[nodiscard]] std::string option_text(Abscissa abscissa);
/// With its unit in brackets.
[[nodiscard]] std::string axis_text(Abscissa abscissa);
/// A cost in words: "in 0.019 s", "after 31 steps", "with 4.1e+03 simulator calls".
[[nodiscard]] std::string cost_text(double cost, Abscissa abscissa);

/// "a, b and 3 others"; with at most `most` named.
[[nodiscard]] std::string listed(const std::vector<std::string>& names, std::size_t most = 4);

/// The cells of a row that an abscissa is read from: for seconds those whose times hold, if there are any.
[[nodiscard]] TimedCells cells_by(const MethodRow& row, Abscissa abscissa);

/// What one method needs for something, infinite where it misses, NaN where it does not count.
struct NamedCost {
  std::string name;
  double cost;
};
/// "gn reaches WHAT in 0.019 s, hig in 0.21 s, dp-adam does not": the cheapest first. Empty where nobody reaches it.
[[nodiscard]] std::string reach_sentence(std::vector<NamedCost> costs, const std::string& what, Abscissa abscissa);

/// The same for the smallest target of the group that a median over seeds reaches.
[[nodiscard]] std::string hardest_target_sentence(const ProblemGroup& group, Abscissa abscissa);

/// The groups of all problems that one picture may show, with what names their machine and program where there are
/// several: for seconds those of one clock.
struct ClockGroups {
  std::string clock;
  std::vector<ProblemGroup> groups;
};
[[nodiscard]] std::vector<ClockGroups> groups_by_clock(const ReportSet& reports, Abscissa abscissa);

}  // namespace physgrad
