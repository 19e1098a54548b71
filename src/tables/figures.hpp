#pragma once
// The pictures that can be made from reports, one file per kind; as tables are (tables/tables.hpp).
#include <string>
#include <vector>

#include "physgrad/tables/figure.hpp"
#include "physgrad/tables/kind_options.hpp"
#include "physgrad/tables/report_set.hpp"

namespace physgrad {

/// Training loss over seconds (a figure for each machine and program), steps and simulator calls, of each task.
[[nodiscard]] std::vector<Figure> convergence_figures(const ReportSet& reports);
/// What a step's time goes to.
[[nodiscard]] std::vector<Figure> phase_figures(const ReportSet& reports);
/// What the heap is for at its peak, beside what was predicted.
[[nodiscard]] std::vector<Figure> memory_figures(const ReportSet& reports);
/// Performance profiles over all problems and targets, by seconds, steps and simulator calls; of methods or of their
/// families, by their cheapest members.
[[nodiscard]] std::vector<Figure> profile_figures(const ReportSet& reports, bool by_family = false);
/// Share of all targets reached within a budget, by the same.
[[nodiscard]] std::vector<Figure> ecdf_figures(const ReportSet& reports);
/// Mean ranks against the budget, and of each task the losses over the least one (tables/budgets.hpp).
[[nodiscard]] std::vector<Figure> budget_figures(const ReportSet& reports, const std::vector<double>& budgets);
/// The error in x against the training loss, along training, of each task that knows it.
[[nodiscard]] std::vector<Figure> x_error_figures(const ReportSet& reports);
/// The ends of the Jacobian's spectrum, of each task where cells recorded them.
[[nodiscard]] std::vector<Figure> spectrum_figures(const ReportSet& reports);
/// Final loss over kappa, or any other swept number.
[[nodiscard]] std::vector<Figure> kappa_figures(const ReportSet& reports);
/// What a number of uses costs, of learning and of solving single instances.
[[nodiscard]] std::vector<Figure> break_even_figures(const ReportSet& reports);

/// Numbers names that are equal: two tasks may have labels that differ in what a plain name has not.
void make_names_unique(std::vector<Figure>& figures);

/// Those that reports alone are enough for; tables/learned_figures.hpp has more.
[[nodiscard]] const std::vector<std::string>& figure_kinds();
/// One or several figures of a kind; empty where the reports have nothing to show of it. Throws UsageError for an
/// unknown kind, and for options that it does not take.
[[nodiscard]] std::vector<Figure> make_figures(const std::string& kind, const ReportSet& reports,
                                               const KindOptions& options = {});

}  // namespace physgrad
