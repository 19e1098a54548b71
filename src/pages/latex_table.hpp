#pragma once
// A table for a paper.
#include <string>

#include "physgrad/tables/table.hpp"

namespace physgrad {

/// The comment that names the packages which the tables need.
[[nodiscard]] std::string latex_packages();

/// With rules of booktabs, a caption, and notes as text below. Columns that do not fit a line of an article stand under
/// the others, behind the first ones again. A table of more than a page is a longtable, any other floats.
[[nodiscard]] std::string latex_table(const Table& table);

}  // namespace physgrad
