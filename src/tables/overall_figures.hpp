#pragma once
// Figures of shares over all problems, a line for each method: profiles and distributions.
#include <string>
#include <vector>

#include "physgrad/tables/figure_text.hpp"

namespace physgrad {

/// Fills in a figure whose kind, name and abscissa are there; leaves it without series where there is nothing to show.
using OverallMaker = void (*)(const std::vector<ProblemGroup>& groups, Abscissa abscissa, Figure& figure);

/// Puts the lines that end highest first.
void sort_by_last_share(Figure& figure);

/// A figure for each abscissa that the reports know, for seconds one for each machine and program. `note` says what the
/// shares are.
[[nodiscard]] std::vector<Figure> overall_figures(const std::string& kind, const ReportSet& reports, OverallMaker make,
                                                  const std::string& note);

}  // namespace physgrad
