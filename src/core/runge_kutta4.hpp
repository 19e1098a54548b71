#pragma once
// Batched classical Runge-Kutta integration (Kutta 1901) of s' = f(s, u) with exact discrete derivatives.
//
// The time axis has `segments` pieces of `steps_per_segment` steps of length dt; u is constant on a segment. One step
// is
//   k1 = f(s), k2 = f(s + dt/2 k1), k3 = f(s + dt/2 k2), k4 = f(s + dt k3), s <- s + dt/6 (k1 + 2 k2 + 2 k3 + k4).
// jvp and vjp differentiate these formulas, not the differential equation: they are exact up to round-off.
#include <array>
#include <memory>
#include <vector>

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
  virtual void rate(const States& s, const StatesRef& u, States& out) const = 0;
  /// out = df/ds ds + df/du du [ds x B].
  virtual void jvp(const States& s, const StatesRef& u, const States& ds, const StatesRef& du, States& out) const = 0;
  /// s_bar = (df/ds)^T w [ds x B], u_bar = (df/du)^T w [du x B].
  virtual void vjp(const States& s, const StatesRef& u, const States& w, States& s_bar, States& u_bar) const = 0;
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
  [[nodiscard]] auto piece(const States& controls, std::size_t step) const {
    const Index du = dynamics_->controls();
    return controls.middleRows(static_cast<Index>(step) / grid_.steps_per_segment * du, du);
  }

  std::shared_ptr<const Dynamics> dynamics_;
  TimeGrid grid_;
  States controls_;
  std::vector<std::array<States, 4>> stages_;  // per step: the states at which k1 .. k4 were evaluated
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
