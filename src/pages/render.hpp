#pragma once
// Tables for people, documents and machines.
#include <string>
#include <vector>

#include "physgrad/tables/table.hpp"

namespace physgrad {

enum class TableFormat { text, markdown, csv, latex };

/// One after the other; in CSV as one table with the union of their columns.
[[nodiscard]] std::string render(const std::vector<Table>& tables, TableFormat format);

}  // namespace physgrad
