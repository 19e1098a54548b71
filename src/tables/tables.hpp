#pragma once
// What can be read off reports, one file per kind. Nothing but reports goes in.
#include <string>
#include <vector>

#include "physgrad/tables/kind_options.hpp"
#include "physgrad/tables/report_set.hpp"
#include "physgrad/tables/table.hpp"

namespace physgrad {

/// Losses after training, steps, and the time to each frozen target.
[[nodiscard]] std::vector<Table> summary_tables(const ReportSet& reports);
/// Training loss over log-spaced times and over log-spaced steps.
[[nodiscard]] std::vector<Table> convergence_tables(const ReportSet& reports);
/// Where the seconds went.
[[nodiscard]] std::vector<Table> time_tables(const ReportSet& reports);
[[nodiscard]] std::vector<Table> memory_tables(const ReportSet& reports);
/// What each method needs of a problem, and which pairs cannot run.
[[nodiscard]] std::vector<Table> needs_tables(const ReportSet& reports);
/// Final losses and the cost of every frozen target with bootstrap intervals, success rates and expected running times.
[[nodiscard]] std::vector<Table> target_tables(const ReportSet& reports);
/// Which of two methods is better on a problem, by paired tests corrected for all comparisons of the table.
[[nodiscard]] std::vector<Table> verdict_tables(const ReportSet& reports);
/// Performance profiles over all problems and targets, by seconds, steps and samples; of methods or of their families.
[[nodiscard]] std::vector<Table> profile_tables(const ReportSet& reports, bool by_family = false);
/// On how many problems verdicts leave members of a family of methods as the first.
[[nodiscard]] std::vector<Table> family_tables(const ReportSet& reports);
/// Share of all targets reached within a budget, by seconds, steps and samples.
[[nodiscard]] std::vector<Table> ecdf_tables(const ReportSet& reports);
/// Losses, errors in x and ranks against the budget, read off curves; and whose order it changes (tables/budgets.hpp).
[[nodiscard]] std::vector<Table> budget_tables(const ReportSet& reports, const std::vector<double>& budgets);
/// Final training loss by swept settings (rows) and methods (columns).
[[nodiscard]] std::vector<Table> sweep_tables(const ReportSet& reports);

/// Work per update that no clock measures.
[[nodiscard]] std::vector<Table> costs_tables(const ReportSet& reports);
/// After how many uses training has paid for itself, against solving every instance and against cheaper training.
[[nodiscard]] std::vector<Table> break_even_tables(const ReportSet& reports);

/// Which method to take for which problem under which constraint, as far as verdicts decide it; how far ahead it is,
/// and of whom; and the methods' ranks.
[[nodiscard]] std::vector<Table> answer_tables(const ReportSet& reports);
/// The settings of every row as used, which of them were asked for, and what a search for them cost.
[[nodiscard]] std::vector<Table> settings_tables(const ReportSet& reports);
/// Machines, builds, and how many cells each of them measured.
[[nodiscard]] std::vector<Table> environment_tables(const ReportSet& reports);

[[nodiscard]] const std::vector<std::string>& table_kinds();
/// Throws UsageError for an unknown kind, and for options that it does not take.
[[nodiscard]] std::vector<Table> make_tables(const std::string& kind, const ReportSet& reports,
                                             const KindOptions& options = {});

/// One line for people on where a report comes from.
[[nodiscard]] std::string provenance_line(const RunHeader& header);

}  // namespace physgrad
