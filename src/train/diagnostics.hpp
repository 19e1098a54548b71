#pragma once
// What a cell keeps of its steps' reports, and of the network it ends with.
#include "physgrad/core/problem.hpp"
#include "physgrad/record/record.hpp"
#include "physgrad/statistics/streaming_quantiles.hpp"
#include "physgrad/update/method.hpp"

namespace physgrad {

/// Keeps the worst or last of each step's diagnostics for the cell.
class DiagnosticsCollector {
 public:
  void add(const StepReport& step);
  [[nodiscard]] Diagnostics result() const;

 private:
  Diagnostics total_;
  StreamingQuantiles residuals_;
  double fallbacks_ = 0, inner_iterations_ = 0;
  long steps_ = 0;
};

/// How saturated the hidden neurons are: mean magnitude, and standard deviation over samples, of their outputs.
void measure_activations(const Problem& problem, const Vector& theta, const Batch& batch, Diagnostics& result);

}  // namespace physgrad
