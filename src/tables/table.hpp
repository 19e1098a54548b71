#pragma once
// A table as data: what pages/render.hpp shows.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/digits.hpp"

namespace physgrad {

struct Column {
  std::string header;
  bool number = true;   ///< right-aligned
  bool spread = false;  ///< entries carry low and high
};

/// One entry: a text, or a number with the text that people read.
struct Entry {
  std::string text;
  double value = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  bool best = false;  ///< shown as the best of its column: what a verdict says (tables/best.hpp), not what is smallest
};

struct Table {
  std::string title;
  std::string group;  ///< first column in CSV, where several tables become one
  std::vector<Column> columns;
  std::vector<std::vector<Entry>> rows;
  std::vector<std::string> notes;
};

[[nodiscard]] Entry text_entry(std::string text);
/// "-" where absent, "inf" where infinite, otherwise three digits.
[[nodiscard]] Entry number_entry(double value);
/// An infinite value reads "miss".
[[nodiscard]] Entry time_entry(double value);
/// "median [low, high]", with as many digits as the interval supports.
[[nodiscard]] Entry spread_entry(const Spread& value, const NumberStyle& style = {});

/// For each row: whether its entry is marked as the best of the column.
[[nodiscard]] std::vector<bool> best_rows(const Table& table, std::size_t column);

}  // namespace physgrad
