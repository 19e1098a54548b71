#pragma once
// Tables for machines that read everything.
#include <string>
#include <vector>

#include "physgrad/tables/table.hpp"

namespace physgrad {

/// An array of tables, a row a line; results/README.md ("Tables as JSON") says what the keys mean.
[[nodiscard]] std::string json_tables(const std::vector<Table>& tables);

}  // namespace physgrad
