#pragma once
// Pieces of HTML from data that may hold anything.
#include <string>
#include <string_view>
#include <vector>

#include "physgrad/tables/table.hpp"

namespace physgrad {

/// `text` where HTML expects text or a quoted attribute: one line, nothing of it is markup.
[[nodiscard]] std::string escaped_html(std::string_view text);

/// Anchors of a page: plain lower case, each used once.
class Anchors {
 public:
  /// A new one for a heading.
  [[nodiscard]] std::string make(std::string_view heading);

 private:
  std::vector<std::string> used_;
};

/// A table that can be sorted by its headers (page_script()), in a box that scrolls by itself, with its title as
/// caption and its notes below. `caption`: instead of the title.
[[nodiscard]] std::string html_table(const Table& table, std::string_view caption = {});

}  // namespace physgrad
