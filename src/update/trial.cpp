#include "physgrad/update/trial.hpp"

#include <cmath>
#include <limits>

namespace physgrad {

double Trial::loss(const Vector& update) {
  there_ = at_.theta() + update;
  if (at_.rounding() == Rounding::single) round_to_single(there_);
  if (moved_)
    moved_->reset();
  else
    moved_.emplace(at_.problem(), there_, at_.batch(), at_.meter(), with_derivatives_, at_.rounding(), at_.threads());
  const double loss = moved_->loss();
  return std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity();
}

double Trial::bytes(const MethodSizes& sizes, bool with_derivatives) {
  const double theta = 8.0 * static_cast<double>(sizes.parameters);
  return theta + sizes.evaluation_bytes - (with_derivatives ? 0.0 : sizes.linearization_bytes);
}

}  // namespace physgrad
