#pragma once
// Tables for people, documents and machines: one file per format.
#include <cstddef>
#include <string>
#include <vector>

#include "physgrad/tables/table.hpp"

namespace physgrad {

enum class TableFormat { text, markdown, csv, latex, json };

/// How text is laid out; the other formats have no choice.
struct TextStyle {
  std::size_t columns = 0;  ///< of the terminal; 0: as wide as the table is
  bool colours = false;     ///< ANSI escape sequences
};

/// One after the other; in CSV as one table with the union of their columns, in JSON as an array. Texts may hold
/// anything: they become one line of valid UTF-8.
[[nodiscard]] std::string render(const std::vector<Table>& tables, TableFormat format, const TextStyle& style = {});

}  // namespace physgrad
