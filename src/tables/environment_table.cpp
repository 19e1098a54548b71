#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

void add_machine(Table& table, const RunHeader& header, const Environment& at, long cells) {
  table.rows.push_back({text_entry(header.name), text_entry(at.cpu), number_entry(at.cores), number_entry(at.threads),
                        number_entry(static_cast<double>(cells)),
                        text_entry(fmt::format("{} {}{}", header.suite.version, header.suite.commit,
                                               header.suite.dirty ? ", modified" : "")),
                        text_entry(fmt::format("{}, {} {}", at.compiler, at.build_type, at.flags)), text_entry(at.simd),
                        text_entry(fmt::format("Eigen {}, {} {}", at.eigen, at.blas, at.blas_core)), text_entry(at.os),
                        text_entry(header.started)});
}

}  // namespace

std::vector<Table> environment_tables(const ReportSet& reports) {
  Table table{"Machines and builds", "environment", {}, {}, {}};
  table.columns = {{"run", false},  {"processor", false}, {"cores"},        {"threads"},
                   {"cells"},       {"program", false},   {"build", false}, {"instruction set", false},
                   {"BLAS", false}, {"system", false},    {"begun", false}};
  for (const LabelledReport& each : reports.reports()) {
    const RunHeader& header = each.report.header;
    std::map<int, long> cells;
    for (const CellRecord& cell : each.report.cells) ++cells[cell.machine];
    for (std::size_t i = 0; i < header.machines.size(); ++i)
      add_machine(table, header, header.machines[i], cells[static_cast<int>(i)]);
    if (header.machines.empty()) add_machine(table, header, header.environment, cells[0]);
    if (!each.report.finished) table.notes.push_back(fmt::format("{}: not finished", header.name));
  }
  return {std::move(table)};
}

}  // namespace physgrad
