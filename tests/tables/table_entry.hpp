#pragma once
// Looks things up in a table by what its headers say.
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "physgrad/tables/table.hpp"

namespace physgrad::testing {

inline std::size_t column_of(const Table& table, const std::string& header) {
  const auto found = std::ranges::find(table.columns, header, &Column::header);
  if (found == table.columns.end()) throw std::out_of_range("no column " + header);
  return static_cast<std::size_t>(found - table.columns.begin());
}

/// In the first row that begins with `row`.
inline const Entry& entry(const Table& table, const std::string& row, const std::string& header) {
  for (const auto& line : table.rows)
    if (line[0].text == row) return line[column_of(table, header)];
  throw std::out_of_range("no row " + row);
}

}  // namespace physgrad::testing
