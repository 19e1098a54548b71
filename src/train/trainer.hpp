#pragma once
// The loop: batch -> evaluation -> method -> theta, until a budget ends it.
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "physgrad/core/problem.hpp"
#include "physgrad/record/record.hpp"
#include "physgrad/update/method.hpp"

namespace physgrad {

struct TrainOptions {
  std::uint64_t seed = 0;
  long max_steps = std::numeric_limits<long>::max();
  double budget_seconds = std::numeric_limits<double>::infinity();  ///< of training time
  std::vector<double> targets;                                      ///< training losses whose first passing is recorded
  bool stop_at_last_target = false;
  double memory_limit_bytes = 4e9;  ///< a method predicted to need more is skipped with the number
  int threads = 1;                  ///< that a step computes on
  bool evaluate = true;             ///< false: the curve has its two ends only
  bool largest_batches = false;     ///< batches are from the start as large as the method has them grow
  /// Called with the training's clock around all steps.
  std::function<void(const PhaseClock&)> before_first_step, after_last_step;
  /// Called when everything is measured, off every clock, with the weights that the updates led to, after the record's
  /// `steps` of them: of a training that diverged the last finite ones. Not called where nothing was trained.
  std::function<void(const Vector& theta, const CellRecord&)> at_end;
};

/// Sees every point of the curve as it is measured; its time is not billed to training.
using Observer = std::function<void(const CurvePoint&)>;

/// Trains one cell. Numerical failure is a status in the record, never an exception. What was measured is added to
/// `record`; names, identities and settings in it are the caller's and stay.
[[nodiscard]] CellRecord train(const Problem& problem, Method& method, const TrainOptions& options,
                               const Observer& observer, CellRecord record = {});

/// Bytes that a step of such a training is expected to hold, evaluation included, where it may hold so many.
[[nodiscard]] double predicted_bytes(const Problem& problem, const Method& method, double memory_limit_bytes,
                                     int threads = 1);

/// The data and the start weights that `seed` means, the same for every method.
struct PreparedData {
  Batch train, test;
  Vector theta;
};
[[nodiscard]] PreparedData prepare_data(const Problem& problem, std::uint64_t seed);
/// Its `test` alone.
[[nodiscard]] Batch held_out_data(const Problem& problem, std::uint64_t seed);

/// The columns `which` of a batch.
[[nodiscard]] Batch select_samples(const Batch& batch, const std::vector<Index>& which);
/// The same into `out`, which keeps its memory.
void select_samples(const Batch& batch, const std::vector<Index>& which, Batch& out);

}  // namespace physgrad
