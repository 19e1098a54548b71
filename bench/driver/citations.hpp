#pragma once
// What to cite, as BibTeX.
#include <string>
#include <vector>

#include "physgrad/catalogue/catalogue.hpp"
#include "physgrad/record/report.hpp"
#include "physgrad/tables/selection.hpp"

namespace physgrad::driver {

/// Of reports: what their headers say, and the rules that cells were told to use.
[[nodiscard]] std::string cite_reports(const std::vector<LabelledReport>& reports, const Catalogue& catalogue);

/// Of the catalogue: what is named or fits a pattern; the suite alone where nothing is.
[[nodiscard]] std::string cite_catalogue(const Selection& selection, const Catalogue& catalogue);

}  // namespace physgrad::driver
