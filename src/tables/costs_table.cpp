#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "physgrad/tables/measures.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

std::vector<Entry> costs_row(const MethodRow& row) {
  std::vector<Entry> line = {text_entry(row.method), text_entry(cells_text(row))};
  const auto add = [&](auto number) {
    line.push_back(number_entry(
        quantile(row.collect([&](const CellRecord& cell) { return cell.has_costs ? number(cell) : kAbsent; }), 0.5)));
  };
  const auto per_step = [&](double Costs::*part, double unit) {
    add([=](const CellRecord& cell) { return cell.costs.*part / static_cast<double>(cell.steps) / unit; });
  };
  add([](const CellRecord& cell) { return static_cast<double>(cell.steps); });
  for (const auto part :
       {&Costs::simulations, &Costs::simulator_jvps, &Costs::simulator_vjps, &Costs::network_passes,
        &Costs::network_jvps, &Costs::network_vjps, &Costs::decompositions, &Costs::sample_decompositions})
    per_step(part, 1);
  per_step(&Costs::flops, 1e6);
  const TimedCells timed = timed_cells(row);
  const auto speed = [](const CellRecord& cell) {
    return cell.has_costs ? cell.costs.flops / cell.time.train_seconds / 1e9 : kAbsent;
  };
  line.push_back(signed_entry(number_entry(timed.median(speed)), timed));
  return line;
}

}  // namespace

std::vector<Table> costs_tables(const ReportSet& reports) {
  std::vector<Table> tables;
  for (const ProblemGroup& group : reports.groups()) {
    Table table{
        fmt::format("{}: costs per update ({})", group.problem, denominator_text(group)), group.problem, {}, {}, {}};
    table.columns = {{"method", false},  {"cells"},          {"steps"},        {"simulations"},  {"simulator jvps"},
                     {"simulator vjps"}, {"network passes"}, {"network jvps"}, {"network vjps"}, {"decompositions"},
                     {"of samples"},     {"Mflop"},          {"Gflop/s"}};
    for (const MethodRow& row : group.rows) table.rows.push_back(costs_row(row));
    table.notes = trouble_notes(group);
    std::ranges::move(timing_notes(group), std::back_inserter(table.notes));
    tables.push_back(std::move(table));
  }
  if (!tables.empty())
    tables.back().notes.emplace_back(
        "Counts per update, medians over seeds; evaluation is not counted. Runs and products are those of one sample "
        "(and one direction). steps: updates in all. of samples: decompositions of matrices that belong to one sample. "
        "Flop by formulas "
        "(docs/measuring.md), over the training time: Gflop/s.");
  return tables;
}

}  // namespace physgrad
