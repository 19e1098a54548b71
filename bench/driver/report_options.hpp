#pragma once
// What every verb that reads reports takes: where they are, and which part of them is meant.
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "physgrad/tables/selection.hpp"

namespace physgrad::driver {

struct ReportOptions {
  std::vector<std::string> from;
  Selection selection;
};

/// --problem, --method, --seed.
void add_selection_options(CLI::App& verb, Selection& selection);
/// Leaves what is selected, methods as they are written on a command line. Throws UsageError.
void select_cells(std::vector<LabelledReport>& reports, Selection selection);

/// --from, and the selection.
void add_report_options(CLI::App& verb, ReportOptions& options);
/// The reports that are named, and of them what is selected. Throws ReadError and UsageError.
[[nodiscard]] std::vector<LabelledReport> read_reports(const ReportOptions& options);

}  // namespace physgrad::driver
