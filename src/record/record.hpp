#pragma once
// What a run leaves behind: plain data, no behaviour. Absent numbers are NaN and become null in JSON.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "physgrad/core/costs.hpp"
#include "physgrad/measure/clock.hpp"
#include "physgrad/record/cell_spec.hpp"

namespace physgrad {

struct Losses {
  double train_loss = kAbsent;
  double test_loss = kAbsent;
  double x_error = kAbsent;
  double x_error_relative = kAbsent;    ///< over the reference's norm: 1 for x = 0
  double x_error_determined = kAbsent;  ///< the same in the components of x that y determines
};

/// One point of the convergence curve. `hash` covers every loss and the weights up to this step, so that two runs of
/// different length can be compared on their common part.
struct CurvePoint {
  long step = 0;
  double seconds = 0;  ///< training time: evaluation is off this clock
  long samples = 0;
  Losses losses;
  std::uint64_t hash = 0;
  double simulator_calls = kAbsent;  ///< runs and products of single samples, evaluation not included
};

struct TargetRecord {
  double loss = 0;
  double seconds = kAbsent;  ///< absent: missed
  double steps = kAbsent;
};

struct Sizes {
  long parameters = 0, outputs = 0, controls = 0, batch = 0, jacobian_rows = 0;
};

struct TimeRecord {
  double wall_seconds = kAbsent;   ///< by a reading of its own; the phases add up to it
  double train_seconds = kAbsent;  ///< wall_seconds without evaluation: the budget's clock
  double cpu_seconds = kAbsent;
  double first_step_seconds = kAbsent;
  double step_mean = kAbsent, step_median = kAbsent, step_p10 = kAbsent, step_p90 = kAbsent;  ///< after the first step
  double threads = kAbsent;  ///< that computed the training
  std::array<double, kPhases> phases{};
  double inference_seconds = kAbsent;  ///< of the network with one sample, at the end; absent without a network
};

struct MemoryRecord {
  double peak_rss_bytes = kAbsent;
  double peak_heap_bytes = kAbsent;
  double predicted_bytes = kAbsent;
  std::array<double, kHeapUses> heap_by_use = absent_heap();  ///< adds up to the peak, at whose moment it was taken
  [[nodiscard]] static constexpr std::array<double, kHeapUses> absent_heap() {
    std::array<double, kHeapUses> result{};
    result.fill(kAbsent);
    return result;
  }
};

struct Diagnostics {
  double kept_rank = kAbsent;
  double singular_max = kAbsent;
  double singular_min_kept = kAbsent;
  double inverse_residual = kAbsent;   ///< median over steps of |P(x+dx) - (y + eta dy)| / |eta dy|
  double fallback_rate = kAbsent;      ///< share of samples that fell back to Gauss-Newton
  double inner_iterations = kAbsent;   ///< of the physics step's own optimiser, mean over samples and steps
  double handovers = kAbsent;          ///< steps in which the chosen kernel gave up and another one answered
  double error_estimate = kAbsent;     ///< largest estimated relative error of a partial inverse
  double activation_mean = kAbsent;    ///< mean |output| of the hidden neurons on held-out data, at the end
  double activation_spread = kAbsent;  ///< mean over the hidden neurons of their standard deviation over samples
  std::string kernel;
  std::string kernel_reason;  ///< why `auto` chose it
};

enum class Status { completed, time_budget, target_reached, diverged, timeout, out_of_memory, failed, skipped };
[[nodiscard]] const char* to_text(Status status);
/// Throws std::invalid_argument on an unknown word.
[[nodiscard]] Status parse_status(const std::string& text);

/// One cell: what it was to be, and what came of it. Its special members are the defaults, compiled once: they are
/// large, and most files would hold a copy.
struct CellRecord : CellSpec {
  CellRecord();
  CellRecord(const CellRecord&);
  CellRecord(CellRecord&&) noexcept;
  CellRecord& operator=(const CellRecord&);
  CellRecord& operator=(CellRecord&&) noexcept;
  ~CellRecord();

  Status status = Status::failed;
  std::string reason;
  Sizes sizes;
  long steps = 0;
  long samples_seen = 0;
  bool timing_valid = true;
  bool disturbed = false;            ///< the training did not have a processor to itself
  double processor_share = kAbsent;  ///< processor time over wall time of the training
  double preemptions = kAbsent;      ///< involuntary context switches during the training
  std::vector<CurvePoint> curve;
  Losses initial, final, best;
  std::vector<TargetRecord> targets;
  TimeRecord time;
  MemoryRecord memory;
  Costs costs;  ///< of all steps; evaluation is not counted
  bool has_costs = false;
  Diagnostics diagnostics;
  std::string trajectory_hash;
};

}  // namespace physgrad
