#pragma once
// The pictures that can be made from reports, one file per kind; as tables are (tables/tables.hpp).
#include <string>
#include <vector>

#include "physgrad/tables/figure.hpp"
#include "physgrad/tables/grouping.hpp"

namespace physgrad {

[[nodiscard]] const std::vector<std::string>& figure_kinds();
/// One or several figures of a kind; empty where the reports have nothing to show of it. Throws UsageError for an
/// unknown kind.
[[nodiscard]] std::vector<Figure> make_figures(const std::string& kind, const std::vector<LabelledReport>& reports);

}  // namespace physgrad
