// dx_i = |g_i| d_i / |d_i|, d_i = the sum of `inner_steps` gradient steps on the sample's own loss from the network's
// control, each -`inner_rate` times the gradient where it starts, and g_i the first gradient: the steps say where to,
// the gradient how far. dy is not used. A step to where loss or gradient are not finite is taken back and ends the
// sample's descent; what the last step leads to is not looked at.
#include <cmath>
#include <vector>

#include "physgrad/toolbox/control_losses.hpp"
#include "physgrad/toolbox/sample_inverse.hpp"
#include "physgrad/toolbox/wished_change.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class DescentPhysics final : public PhysicsStep {
 public:
  DescentPhysics(long steps, double rate) : steps_(steps), rate_(rate) {}

  void step(Evaluation& at, Matrix& /*dy*/, Matrix& dx, StepReport& report) override {
    const SampleLosses first = present_losses(at);
    const PhaseScope scope(at.clock(), Phase::inverse);
    const Matrix& x = at.control();
    dx = Matrix::Zero(x.rows(), x.cols());
    Matrix last = dx;  // the step that led every sample to where it is
    std::vector<Index> active;
    for (Index i = 0; i < x.cols(); ++i)
      if (first.finite(i)) active.push_back(i);
    LossesAt losses(at);
    std::size_t steps = active.size();
    take_steps(first.gradient(Eigen::all, active), active, last, dx);
    for (long k = 1; k < steps_ && !active.empty(); ++k) {
      const SampleLosses there = losses(x(Eigen::all, active) + dx(Eigen::all, active), active);
      std::vector<Index> columns, kept;
      for (std::size_t j = 0; j < active.size(); ++j) {
        const Index i = active[j], column = static_cast<Index>(j);
        if (there.finite(column)) {
          kept.push_back(i);
          columns.push_back(column);
        } else {
          dx.col(i) -= last.col(i);
          --steps;
        }
      }
      active = std::move(kept);
      steps += active.size();
      take_steps(there.gradient(Eigen::all, columns), active, last, dx);
    }
    report.inner_iterations = static_cast<double>(steps) / static_cast<double>(x.cols());
    for (Index i = 0; i < dx.cols(); ++i)
      if (const double length = dx.col(i).stableNorm(); length > 0) {
        dx.col(i) *= first.gradient.col(i).stableNorm() / length;
        if (!dx.col(i).allFinite()) dx.col(i).setZero();  // the last step may have led anywhere
      }
  }
  // Steps, sums and first gradients; what is tried and its losses.
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes) const override {
    return LossesAt::bytes(sizes) + batch_bytes(sizes, 4 * static_cast<double>(sizes.controls) + 4);
  }

 private:
  /// Moves the samples `which` against their gradients.
  void take_steps(const Matrix& gradients, const std::vector<Index>& which, Matrix& last, Matrix& dx) const {
    for (std::size_t j = 0; j < which.size(); ++j) {
      last.col(which[j]) = -rate_ * gradients.col(static_cast<Index>(j));
      dx.col(which[j]) += last.col(which[j]);
    }
  }

  long steps_;
  double rate_;
};

}  // namespace

PartDefinition physics_descent() {
  return {.summary = "some gradient steps on each sample's loss in x, as long together as its gradient",
          .citation = "Holl, Koltun, Thuerey, NeurIPS 2022 (arXiv 2109.15048)",
          .settings = {integer_setting("inner_steps", 8, 2, 10000, "gradient steps; of one only the gradient is left"),
                       tuned(real_setting("inner_rate", 0.04, 1e-12, 1e12, "rate of these steps"),
                             {.low = 1e-3, .high = 1}),
                       proxy_setting()},
          .needs = {"gradient"},
          .asks = {{"gradient of the loss", "contains the loss"}},
          .without = {{Place::loss, "gradient", "convention"}},
          .make = [](const Settings& settings) {
            return wished_change(
                std::make_unique<DescentPhysics>(settings.integer("inner_steps"), settings.real("inner_rate")),
                settings);
          }};
}

}  // namespace physgrad::parts
