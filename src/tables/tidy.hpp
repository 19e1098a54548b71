#pragma once
// Reports as tidy data: one observation a row, one variable a column. A form is one table of columns, each with its
// type, unit, meaning and how it is got: rows and the data dictionary are written from the same table.
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "physgrad/core/settings.hpp"
#include "physgrad/tables/grouping.hpp"

namespace physgrad {

struct TidyForm;
struct TidyColumn;

/// What a row is of; what does not belong to its form is null.
struct Observation {
  const LabelledReport* report = nullptr;
  const CellKey* key = nullptr;
  const CellRecord* cell = nullptr;  ///< null: planned, and without a record
  const CurvePoint* point = nullptr;
  const TargetRecord* target = nullptr;
  const std::pair<const std::string, SettingValue>* setting = nullptr;
  const TidyForm* form = nullptr;  ///< of the dictionary's rows
  const TidyColumn* column = nullptr;
};

/// Absent, as NaN and infinities are; a number, one with all digits of 64 bits, true or false, a text.
using TidyValue = std::variant<std::monostate, double, std::uint64_t, bool, std::string>;

enum class TidyType { number, integer, boolean, text };
[[nodiscard]] const char* to_text(TidyType type);

struct TidyColumn {
  std::string name;
  TidyType type = TidyType::number;
  std::string unit;  ///< empty: none
  std::string meaning;
  std::function<TidyValue(const Observation&)> get;
};

using ObservationVisitor = std::function<void(const Observation&)>;

struct TidyForm {
  std::string name;
  std::string row;  ///< what a row is
  std::vector<TidyColumn> columns;
  /// Every observation of the reports, in their order.
  std::function<void(const std::vector<LabelledReport>&, const ObservationVisitor&)> visit;
};

/// cells, curves, targets, settings: what reports hold.
[[nodiscard]] std::vector<TidyForm> tidy_forms();
/// A row for every column of these forms; reads no report.
[[nodiscard]] TidyForm tidy_dictionary();

/// What every row of a report begins with: which cell of which run it belongs to, and where that was measured.
[[nodiscard]] std::vector<TidyColumn> tidy_identity();
/// Everything that a cell is and has once.
[[nodiscard]] std::vector<TidyColumn> tidy_cell_columns();

}  // namespace physgrad
