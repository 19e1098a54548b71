#include "physgrad/toolbox/control_losses.hpp"

#include <cmath>

#include "physgrad/core/sample_losses.hpp"
#include "physgrad/toolbox/sample_inverse.hpp"

namespace physgrad {

bool SampleLosses::finite(Index i) const { return std::isfinite(value[i]) && gradient.col(i).allFinite(); }

SampleLosses present_losses(Evaluation& at) {
  SampleLosses result;
  Matrix seed;
  sample_losses(*at.problem().loss, at.state(), at.batch().target, result.value, seed);
  at.physics_vjp(seed, result.gradient);
  return result;
}

SampleLosses LossesAt::operator()(const Matrix& x, std::span<const Index> which) {
  const Simulator& simulator = *at_.problem().simulator;
  const Matrix target = at_.batch().target(Eigen::all, which);
  linearize_counted(simulator, x, at_.batch().context(Eigen::all, which), there_, at_.costs());
  count_vjps(simulator, x.cols(), at_.costs());
  SampleLosses result;
  Matrix seed;
  sample_losses(*at_.problem().loss, there_->state, target, result.value, seed);
  there_->multiply_transposed(seed, result.gradient);
  return result;
}

double LossesAt::bytes(const MethodSizes& sizes) {
  const auto dx = static_cast<double>(sizes.controls), dy = static_cast<double>(sizes.outputs);
  // Targets, the seed and contexts; gradients and values.
  return sizes.linearization_bytes + batch_bytes(sizes, 3 * dy + dx + 1);
}

}  // namespace physgrad
