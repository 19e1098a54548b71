#include "physgrad/physics/lambert_start.hpp"

#include <algorithm>
#include <utility>

#include "physgrad/linalg/small_partial_inverse.hpp"
#include "physgrad/physics/control_inverse.hpp"
#include "physgrad/physics/lambert.hpp"

namespace physgrad {
namespace {

class LambertStarted final : public InverseSimulator {
 public:
  LambertStarted(std::shared_ptr<const Simulator> simulator, std::shared_ptr<const InverseSimulator> inverse,
                 const ThrustFlight& flight)
      : simulator_(std::move(simulator)), inverse_(std::move(inverse)), flight_(flight) {}

  [[nodiscard]] Matrix invert(const Matrix& y_target, const Matrix& x_near, const Matrix& context,
                              Costs& costs) const override {
    Matrix x = start(y_target, context, costs);
    for (Index i = 0; i < x.cols(); ++i)
      if (!x.col(i).allFinite()) x.col(i) = x_near.col(i);
    return inverse_->invert(y_target, x, context, costs);
  }

  // First the linearisation, the adjoints, impulses with the arcs' first states, their effects and the starts; then
  // the inverse beside the starts.
  [[nodiscard]] double work_bytes(Index samples) const override {
    const auto dx = static_cast<double>(simulator_->controls()), dy = static_cast<double>(simulator_->outputs());
    const auto count = static_cast<double>(samples);
    const double starting = simulator_->linearization_bytes(samples) + simulator_->adjoints_bytes(samples) +
                            8 * count * (dx * dy + 3 * dx + 2 * dy) +
                            small_partial_inverse_bytes(simulator_->outputs(), simulator_->controls());
    return std::max(starting, inverse_->work_bytes(samples) + 8 * count * dx);
  }

 private:
  [[nodiscard]] Matrix start(const Matrix& y_target, const Matrix& context, Costs& costs) const {
    const Index dx = simulator_->controls(), dy = simulator_->outputs(), samples = context.cols();
    Matrix impulses = Matrix::Zero(dx, samples), arc = context;
    const double part = flight_.duration / static_cast<double>(flight_.segments);
    for (Index i = 0; i < samples; ++i) {
      const auto from = context.col(i), to = y_target.col(i);
      const bool anticlockwise = from[0] * from[3] - from[1] * from[2] >= 0.0;
      const LambertVelocities velocities =
          lambert(from.head<2>(), to.head<2>(), flight_.duration, flight_.mu, anticlockwise);
      arc.col(i).tail<2>() = velocities.departure;
      impulses.col(i).head<2>() += (velocities.departure - from.tail<2>()) / part;
      impulses.col(i).tail<2>() += (to.tail<2>() - velocities.arrival) / part;
    }
    LinearizationPtr there;
    linearize_counted(*simulator_, Matrix::Zero(dx, samples), arc, there, costs);
    count_adjoints(*simulator_, samples, costs);
    Matrix adjoints, effects(dy, samples), x;
    there->adjoints(dx, adjoints);
    for (Index i = 0; i < samples; ++i) effects.col(i) = adjoints.middleCols(i * dy, dy).transpose() * impulses.col(i);
    SmallPartialInverse inverse(1.0, ControlInverseSettings{}.truncation);
    inverse.apply(adjoints, effects, x);
    count_sample_decompositions(inverse.decompositions(), svd_flops(static_cast<double>(dy), static_cast<double>(dx)),
                                costs);
    return x;
  }

  std::shared_ptr<const Simulator> simulator_;
  std::shared_ptr<const InverseSimulator> inverse_;
  ThrustFlight flight_;
};

}  // namespace

std::shared_ptr<const InverseSimulator> lambert_started(std::shared_ptr<const Simulator> simulator,
                                                        std::shared_ptr<const InverseSimulator> inverse,
                                                        const ThrustFlight& flight) {
  return std::make_shared<LambertStarted>(std::move(simulator), std::move(inverse), flight);
}

}  // namespace physgrad
