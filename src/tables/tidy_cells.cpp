#include <fmt/format.h>

#include "physgrad/tables/measures.hpp"
#include "physgrad/tables/tidy.hpp"

namespace physgrad {
namespace {

using enum TidyType;

/// A column of what a record says; absent where the cell has none.
template <class Get>
TidyColumn of_cell(std::string name, TidyType type, std::string unit, std::string meaning, Get get) {
  return {std::move(name), type, std::move(unit), std::move(meaning), [get](const Observation& at) -> TidyValue {
            if (at.cell == nullptr) return {};
            using Value = std::decay_t<decltype(get(*at.cell))>;
            if constexpr (std::is_same_v<Value, long> || std::is_same_v<Value, int>)
              return static_cast<double>(get(*at.cell));
            else
              return get(*at.cell);
          }};
}

template <class Owner, class Value>
struct Described {
  const char* name;
  Value Owner::*member;
  TidyType type;
  const char* unit;
  const char* meaning;
};

/// A column for each member that the table names, of the part of a cell that `part` gives.
template <class Owner, class Value, std::size_t Count, class Part>
void add(std::vector<TidyColumn>& columns, const Described<Owner, Value> (&table)[Count], Part part,
         const std::string& name_before = {}, const std::string& meaning_after = {}) {
  for (const Described<Owner, Value>& each : table)
    columns.push_back(of_cell(name_before + each.name, each.type, each.unit, each.meaning + meaning_after,
                              [part, member = each.member](const CellRecord& cell) { return part(cell).*member; }));
}

constexpr Described<CellLimits, double> kTidyLimits[] = {
    {"budget_seconds", &CellLimits::budget_seconds, number, "s", "limit of training time"},
    {"limit_steps", &CellLimits::steps, integer, "", "limit of updates"},
    {"timeout_seconds", &CellLimits::timeout_seconds, number, "s",
     "limit of wall time, start-up and evaluation included"},
    {"limit_memory_bytes", &CellLimits::memory_bytes, integer, "B", "limit of memory"}};

constexpr Described<Sizes, long> kTidySizes[] = {
    {"parameters", &Sizes::parameters, integer, "", "trainable parameters"},
    {"outputs", &Sizes::outputs, integer, "", "outputs y of the simulator, per sample"},
    {"controls", &Sizes::controls, integer, "", "controls x of the simulator, per sample"},
    {"batch", &Sizes::batch, integer, "", "samples of an update"},
    {"jacobian_rows", &Sizes::jacobian_rows, integer, "", "rows of the joint Jacobian: outputs x batch"}};

constexpr Described<CellRecord, long> kTidyCounts[] = {
    {"steps", &CellRecord::steps, integer, "", "updates made"},
    {"samples_seen", &CellRecord::samples_seen, integer, "", "samples that updates used"}};

constexpr Described<Losses, double> kTidyLosses[] = {
    {"train_loss", &Losses::train_loss, number, "loss", "loss over the training data"},
    {"test_loss", &Losses::test_loss, number, "loss", "loss over the held-out data"},
    {"x_error", &Losses::x_error, number, "x", "sum of abs(x - reference)"},
    {"x_error_relative", &Losses::x_error_relative, number, "", "distance of x over the norm of the reference"},
    {"x_error_determined", &Losses::x_error_determined, number, "",
     "the same in the components of x that y determines"}};

constexpr Described<TimeRecord, double> kTidyTimes[] = {
    {"wall_seconds", &TimeRecord::wall_seconds, number, "s", "wall time, evaluation included"},
    {"train_seconds", &TimeRecord::train_seconds, number, "s", "training time: without evaluation"},
    {"cpu_seconds", &TimeRecord::cpu_seconds, number, "s", "processor time"},
    {"first_step_seconds", &TimeRecord::first_step_seconds, number, "s", "the first update"},
    {"step_mean_seconds", &TimeRecord::step_mean, number, "s", "mean of the updates after the first"},
    {"step_median_seconds", &TimeRecord::step_median, number, "s", "median of the updates after the first"},
    {"step_p10_seconds", &TimeRecord::step_p10, number, "s", "first decile of the updates after the first"},
    {"step_p90_seconds", &TimeRecord::step_p90, number, "s", "last decile of the updates after the first"},
    {"inference_seconds", &TimeRecord::inference_seconds, number, "s", "the network with one sample, at the end"},
    {"threads", &TimeRecord::threads, integer, "", "threads that computed the training"}};

constexpr Described<MemoryRecord, double> kTidyMemory[] = {
    {"peak_rss_bytes", &MemoryRecord::peak_rss_bytes, integer, "B", "peak of the resident set of the cell's process"},
    {"peak_heap_bytes", &MemoryRecord::peak_heap_bytes, integer, "B",
     "peak of the heap over three steps, above that before"},
    {"predicted_bytes", &MemoryRecord::predicted_bytes, integer, "B", "what a step was expected to hold"}};

constexpr Described<Costs, double> kTidyCosts[] = {
    {"simulations", &Costs::simulations, integer, "", "samples run through the simulator"},
    {"simulator_jvps", &Costs::simulator_jvps, integer, "", "products of the simulator's Jacobian with a vector"},
    {"simulator_vjps", &Costs::simulator_vjps, integer, "", "products of its transpose with a vector"},
    {"network_passes", &Costs::network_passes, integer, "", "samples run through the network"},
    {"network_jvps", &Costs::network_jvps, integer, "", "products of the network's Jacobian with a vector"},
    {"network_vjps", &Costs::network_vjps, integer, "", "products of its transpose with a vector"},
    {"decompositions", &Costs::decompositions, integer, "", "decompositions of matrices of a whole batch"},
    {"sample_decompositions", &Costs::sample_decompositions, integer, "", "decompositions of matrices of one sample"},
    {"flops", &Costs::flops, number, "", "floating-point operations, estimated"}};

constexpr Described<Diagnostics, double> kTidyDiagnostics[] = {
    {"kept_rank", &Diagnostics::kept_rank, integer, "", "singular values kept in the last update"},
    {"singular_max", &Diagnostics::singular_max, number, "", "largest singular value of the last update"},
    {"singular_min_kept", &Diagnostics::singular_min_kept, number, "",
     "smallest singular value kept in the last update"},
    {"inverse_residual", &Diagnostics::inverse_residual, number, "",
     "relative residual of the inverse simulator, median"},
    {"fallback_rate", &Diagnostics::fallback_rate, number, "", "share of samples that fell back to Gauss-Newton"},
    {"inner_iterations", &Diagnostics::inner_iterations, number, "",
     "iterations of the physics step's own optimiser, mean"},
    {"handovers", &Diagnostics::handovers, integer, "", "updates in which another kernel took over"},
    {"error_estimate", &Diagnostics::error_estimate, number, "",
     "largest estimated relative error of a partial inverse"},
    {"activation_mean", &Diagnostics::activation_mean, number, "", "mean magnitude of the hidden neurons at the end"},
    {"activation_spread", &Diagnostics::activation_spread, number, "", "their mean deviation over samples"}};

void add_status(std::vector<TidyColumn>& columns) {
  columns.push_back({"status", text, "", "how it ended, as in report.json; unfinished: planned, and not ended",
                     [](const Observation& at) -> TidyValue {
                       return std::string(at.cell == nullptr ? "unfinished" : to_text(at.cell->status));
                     }});
  const auto cell = [&](const char* name, TidyType type, const char* meaning, auto get) {
    columns.push_back(of_cell(name, type, "", meaning, get));
  };
  cell("reason", text, "why it did not train as planned", [](const CellRecord& at) { return at.reason; });
  cell("succeeded", boolean, "trained to one of its planned ends", [](const CellRecord& at) { return succeeded(at); });
  cell("times_hold", boolean, "neither beside other cells nor disturbed: medians of times take no others",
       [](const CellRecord& at) { return times_hold(at); });
  cell("timing_valid", boolean, "no other cells ran beside it", [](const CellRecord& at) { return at.timing_valid; });
  cell("disturbed", boolean, "it did not have a processor to itself",
       [](const CellRecord& at) { return at.disturbed; });
  cell("processor_share", number, "processor time over wall time of the training",
       [](const CellRecord& at) { return at.processor_share; });
  cell("preemptions", integer, "involuntary context switches during the training",
       [](const CellRecord& at) { return at.preemptions; });
  cell("seed_matters", boolean, "problem and start depend on the seed",
       [](const CellRecord& at) { return at.seed_matters; });
  cell("data_digest", text, "digest of data that neither settings nor seed say",
       [](const CellRecord& at) { return at.data_digest; });
}

void add_times(std::vector<TidyColumn>& columns) {
  add(columns, kTidyTimes, [](const CellRecord& cell) { return cell.time; });
  columns.push_back({"tuning_seconds", number, "s", "search for the settings of this problem and method",
                     [](const Observation& at) { return tuning_seconds(at.report->report.header, *at.key); }});
  for (std::size_t i = 0; i < kPhases; ++i) {
    const std::string phase = to_text(static_cast<Phase>(i));
    columns.push_back(of_cell("phase_" + phase + "_seconds", number, "s", "part of wall_seconds: phase " + phase,
                              [i](const CellRecord& cell) { return cell.time.phases[i]; }));
  }
}

void add_memory(std::vector<TidyColumn>& columns) {
  add(columns, kTidyMemory, [](const CellRecord& cell) { return cell.memory; });
  for (std::size_t i = 0; i < kHeapUses; ++i) {
    const std::string use = to_text(static_cast<HeapUse>(i));
    columns.push_back(of_cell("heap_" + use + "_bytes", integer, "B", "part of peak_heap_bytes: " + use,
                              [i](const CellRecord& cell) { return cell.memory.heap_by_use[i]; }));
  }
}

Costs costs_of(const CellRecord& cell) {
  if (cell.has_costs) return cell.costs;
  Costs none;
  for (const Described<Costs, double>& each : kTidyCosts) none.*each.member = kAbsent;
  return none;
}

}  // namespace

std::vector<TidyColumn> tidy_cell_columns() {
  std::vector<TidyColumn> columns;
  add_status(columns);
  add(columns, kTidyLimits, [](const CellRecord& cell) { return cell.limits; });
  columns.push_back(of_cell("target_stop", boolean, "", "it was to end at its last target",
                            [](const CellRecord& cell) { return cell.limits.target_stop; }));
  columns.push_back(of_cell("limit_threads", integer, "", "threads that a step was to compute on",
                            [](const CellRecord& cell) { return cell.limits.threads; }));
  add(columns, kTidySizes, [](const CellRecord& cell) { return cell.sizes; });
  for (const Described<CellRecord, long>& each : kTidyCounts)
    columns.push_back(of_cell(each.name, each.type, each.unit, each.meaning,
                              [member = each.member](const CellRecord& cell) { return cell.*member; }));
  add(
      columns, kTidyLosses, [](const CellRecord& cell) { return cell.initial; }, "initial_", ", at the first point");
  add(
      columns, kTidyLosses, [](const CellRecord& cell) { return cell.final; }, "final_", ", at the last point");
  add(
      columns, kTidyLosses, [](const CellRecord& cell) { return cell.best; }, "best_", ", smallest of the curve");
  add_times(columns);
  add_memory(columns);
  add(columns, kTidyCosts, costs_of);
  add(columns, kTidyDiagnostics, [](const CellRecord& cell) { return cell.diagnostics; });
  columns.push_back(of_cell("kernel", text, "", "kernel of the partial inverse in the last update",
                            [](const CellRecord& cell) { return cell.diagnostics.kernel; }));
  columns.push_back(of_cell("kernel_reason", text, "", "why it was chosen",
                            [](const CellRecord& cell) { return cell.diagnostics.kernel_reason; }));
  columns.push_back(of_cell("trajectory_hash", text, "", "equal for equal trajectories, bit for bit",
                            [](const CellRecord& cell) { return cell.trajectory_hash; }));
  return columns;
}

}  // namespace physgrad
