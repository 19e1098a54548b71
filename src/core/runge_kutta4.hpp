#pragma once
// Batched classical Runge-Kutta integration (Kutta 1901) of s' = f(s, u) with exact discrete derivatives.
//
// The time axis has `segments` pieces of `steps_per_segment` steps of length dt; u is constant on a segment. One step
// is
//   k1 = f(s), k2 = f(s + dt/2 k1), k3 = f(s + dt/2 k2), k4 = f(s + dt k3), s <- s + dt/6 (k1 + 2 k2 + 2 k3 + k4).
// jvp and vjp differentiate these formulas, not the differential equation: they are exact up to round-off.
#include <memory>

#include "core/simulator.hpp"
#include "core/types.hpp"

namespace physgrad {

/// Column = sample, as everywhere, but stored row by row: one component of all samples is contiguous, so that dynamics
/// written component by component vectorise over the batch.
using States = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using StatesRef = Eigen::Ref<const States>;

/// The right-hand side of s' = f(s, u) for a batch: s [ds x B], u [du x B]. Results are written to preallocated
/// matrices, which never alias an argument.
class Dynamics {
 public:
  virtual ~Dynamics() = default;
  [[nodiscard]] virtual Index states() const = 0;    ///< ds
  [[nodiscard]] virtual Index controls() const = 0;  ///< du, may be 0
  /// out = f(s, u) [ds x B].
  virtual void rate(const StatesRef& s, const StatesRef& u, States& out) const = 0;
  /// out = df/ds ds + df/du du [ds x B].
  virtual void jvp(const StatesRef& s, const StatesRef& u, const States& ds, const StatesRef& du,
                   States& out) const = 0;
  /// s_bar = (df/ds)^T w [ds x B], u_bar = (df/du)^T w [du x B].
  virtual void vjp(const StatesRef& s, const StatesRef& u, const States& w, States& s_bar, States& u_bar) const = 0;
};

struct TimeGrid {
  double dt = 0.0;
  Index segments = 1;
  Index steps_per_segment = 1;
};

/// The stage states of one integration, and the products with its Jacobian. Owns everything but the dynamics' code.
class Trajectory {
 public:
  /// start [ds x B], controls [segments * du x B], segment by segment.
  Trajectory(std::shared_ptr<const Dynamics> dynamics, const TimeGrid& grid, States start, States controls);

  struct Gradient {
    States start;     ///< [ds x B]
    States controls;  ///< [segments * du x B]
  };

  [[nodiscard]] const States& end() const { return end_; }
  /// The change of the end state [ds x B].
  [[nodiscard]] States jvp(const States& d_start, const States& d_controls) const;
  /// The gradient of sum(w . end), w [ds x B].
  [[nodiscard]] Gradient vjp(const States& w) const;

 private:
  [[nodiscard]] auto piece(const States& controls, Index step) const {
    const Index du = dynamics_->controls();
    return controls.middleRows(step / grid_.steps_per_segment * du, du);
  }
  // The states at which k_{i+1} of a step was evaluated.
  [[nodiscard]] auto stage(Index step, Index i) const {
    return stages_.middleRows((4 * step + i) * end_.rows(), end_.rows());
  }

  std::shared_ptr<const Dynamics> dynamics_;
  TimeGrid grid_;
  Index steps_;
  States controls_;
  States stages_;  // [4 steps * ds x B], in one block: thousands of small allocations cost more than the arithmetic
  States end_;
};

/// The end state alone [ds x B]; keeps no trajectory.
[[nodiscard]] States integrate(const Dynamics& dynamics, const TimeGrid& grid, States start, const States& controls);

/// Simulator with x = controls [segments * du x B], context = start state [ds x B], y = end state [ds x B].
/// Its run and linearize throw std::invalid_argument on wrong shapes.
[[nodiscard]] std::shared_ptr<const Simulator> controlled_flow(std::shared_ptr<const Dynamics> dynamics, TimeGrid grid);

/// Simulator with x = start state [ds x B] of dynamics without controls, no context, y = end state [ds x B].
/// Its run and linearize throw std::invalid_argument on wrong shapes.
[[nodiscard]] std::shared_ptr<const Simulator> initial_value_flow(std::shared_ptr<const Dynamics> dynamics,
                                                                  TimeGrid grid);

}  // namespace physgrad
