#pragma once
// Batched classical Runge-Kutta integration (Kutta 1901) of s' = f(s) with exact discrete derivatives, for dynamics
// whose right-hand side is a matrix product over the whole batch (spectral methods). Dynamics written sample by sample,
// with controls, use physics/mechanical_flow.hpp.
//
// One of `steps` steps of length dt is
//   k1 = f(s), k2 = f(s + dt/2 k1), k3 = f(s + dt/2 k2), k4 = f(s + dt k3), s <- s + dt/6 (k1 + 2 k2 + 2 k3 + k4).
// jvp and vjp differentiate these formulas, not the differential equation: they are exact up to round-off.
#include <memory>

#include "physgrad/core/simulator.hpp"
#include "physgrad/core/types.hpp"

namespace physgrad {

/// Column = sample, as everywhere, but stored row by row: one component of all samples is contiguous.
using States = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using StatesRef = Eigen::Ref<const States>;

/// The right-hand side of s' = f(s) for a batch, s [ds x B]. Results are written to preallocated matrices, which never
/// alias an argument.
class Dynamics {
 public:
  virtual ~Dynamics() = default;
  [[nodiscard]] virtual Index states() const = 0;  ///< ds
  /// out = f(s) [ds x B].
  virtual void rate(const StatesRef& s, States& out) const = 0;
  /// out = df/ds ds [ds x B].
  virtual void jvp(const StatesRef& s, const States& ds, States& out) const = 0;
  /// Floating-point operations of rate() for one sample, estimated; by default those of one dense product.
  [[nodiscard]] virtual double operations() const {
    return 2.0 * static_cast<double>(states()) * static_cast<double>(states());
  }
  /// s_bar = (df/ds)^T w [ds x B].
  virtual void vjp(const StatesRef& s, const States& w, States& s_bar) const = 0;
};

/// Simulator with x = start state [ds x B], no context, y = end state [ds x B].
/// Its run and linearize throw std::invalid_argument on wrong shapes.
[[nodiscard]] std::shared_ptr<const Simulator> initial_value_flow(std::shared_ptr<const Dynamics> dynamics, double dt,
                                                                  Index steps);

}  // namespace physgrad
