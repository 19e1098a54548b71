#include <fmt/format.h>

#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

constexpr double kMega = 1e6;

std::vector<Entry> memory_row(const MethodRow& row) {
  std::vector<Entry> line = {text_entry(row.method), text_entry(cells_text(row))};
  const auto add = [&](auto number) { line.push_back(number_entry(quantile(row.collect(number), 0.5))); };
  add([](const CellRecord& cell) { return static_cast<double>(cell.sizes.batch); });
  add([](const CellRecord& cell) { return static_cast<double>(cell.sizes.parameters); });
  add([](const CellRecord& cell) { return static_cast<double>(cell.sizes.jacobian_rows); });
  add([](const CellRecord& cell) {
    return 8 * static_cast<double>(cell.sizes.jacobian_rows) * static_cast<double>(cell.sizes.parameters) / kMega;
  });
  add([](const CellRecord& cell) { return cell.memory.predicted_bytes / kMega; });
  add([](const CellRecord& cell) { return cell.memory.peak_rss_bytes / kMega; });
  add([](const CellRecord& cell) { return cell.memory.peak_heap_bytes / kMega; });
  for (std::size_t u = 0; u < kHeapUses; ++u)
    add([u](const CellRecord& cell) { return cell.memory.heap_by_use[u] / kMega; });
  return line;
}

}  // namespace

std::vector<Table> memory_tables(const ReportSet& reports) {
  std::vector<Table> tables;
  for (const ProblemGroup& group : reports.groups()) {
    Table table{fmt::format("{}: memory ({})", group.problem, denominator_text(group)), group.problem, {}, {}, {}};
    table.columns = {{"method", false}, {"cells"},         {"batch"},          {"parameters"},
                     {"Jacobian rows"}, {"Jacobian [MB]"}, {"predicted [MB]"}, {"peak resident [MB]"},
                     {"peak heap [MB]"}};
    for (std::size_t u = 0; u < kHeapUses; ++u)
      table.columns.push_back({fmt::format("{} [MB]", to_text(static_cast<HeapUse>(u)))});
    for (const MethodRow& row : group.rows) table.rows.push_back(memory_row(row));
    table.notes = trouble_notes(group);
    tables.push_back(std::move(table));
  }
  if (!tables.empty())
    tables.back().notes.emplace_back(
        "MB are 10^6 bytes; medians over seeds. batch: samples of an update; parameters: numbers that are trained. "
        "Jacobian: what dy/dtheta of one batch would take if it were formed. "
        "Resident: the peak of the cell's own process. Heap: above that before the first step; what follows is its "
        "peak's "
        "split.");
  return tables;
}

}  // namespace physgrad
