#include "physgrad/train/diagnostics.hpp"

#include <cmath>

namespace physgrad {

void DiagnosticsCollector::add(const StepReport& step) {
  ++steps_;
  if (!std::isnan(step.kept_rank)) {
    total_.kept_rank = step.kept_rank;
    total_.singular_max = step.singular_max;
    total_.singular_min_kept = step.singular_min_kept;
    total_.kernel = step.kernel;
    total_.kernel_reason = step.kernel_reason;
  }
  if (!std::isnan(step.handed_over))
    total_.handovers = (std::isnan(total_.handovers) ? 0 : total_.handovers) + step.handed_over;
  if (!std::isnan(step.error_estimate)) total_.error_estimate = std::fmax(total_.error_estimate, step.error_estimate);
  residuals_.add(step.inverse_residual);
  if (!std::isnan(step.fallback_rate)) {
    fallbacks_ += step.fallback_rate;
    total_.fallback_rate = fallbacks_ / static_cast<double>(steps_);
  }
  if (!std::isnan(step.inner_iterations)) {
    inner_iterations_ += step.inner_iterations;
    total_.inner_iterations = inner_iterations_ / static_cast<double>(steps_);
  }
}

Diagnostics DiagnosticsCollector::result() const {
  Diagnostics result = total_;
  result.inverse_residual = residuals_.quantile(0.5);
  return result;
}

void measure_activations(const Problem& problem, const Vector& theta, const Batch& batch, Diagnostics& result) {
  const std::unique_ptr<Tape> at = problem.network->record(theta, batch.input);
  if (at->hidden().empty()) return;
  double magnitude = 0, spread = 0, neurons = 0;
  for (const Matrix& values : at->hidden()) {
    const Vector mean = values.rowwise().mean();
    magnitude += values.cwiseAbs().rowwise().mean().sum();
    spread += (values.colwise() - mean).rowwise().squaredNorm().cwiseSqrt().sum() /
              std::sqrt(static_cast<double>(values.cols()));
    neurons += static_cast<double>(values.rows());
  }
  result.activation_mean = magnitude / neurons;
  result.activation_spread = spread / neurons;
}

}  // namespace physgrad
