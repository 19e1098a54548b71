#pragma once
// Tables for machines that read one table.
#include <string>
#include <vector>

#include "physgrad/tables/table.hpp"

namespace physgrad {

/// One table for all (RFC 4180): the group, then the union of the tables' columns, with every digit; what a table lacks
/// or a row does not know is empty, what is infinite reads inf.
[[nodiscard]] std::string csv_table(const std::vector<Table>& tables);

}  // namespace physgrad
