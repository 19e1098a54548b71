#pragma once
// A table in Markdown (GitHub's and pandoc's pipe tables).
#include <string>

#include "physgrad/tables/table.hpp"

namespace physgrad {

/// A heading, the table, a paragraph for every note. Whatever texts hold is text: no markup, no HTML.
[[nodiscard]] std::string markdown_table(const Table& table);

}  // namespace physgrad
