#pragma once
// A simulator from its forward physics alone: write one time step, templated over the number type, and get jvp and vjp.
//
//   struct Pendulum {
//     static constexpr Index state_size = 2, control_size = 1;
//     Index steps = 20;
//     template <class T>
//     ColumnOf<T> step(const ColumnOf<T>& s, const ColumnOf<T>& u, Index /*n*/) const {
//       using std::sin;
//       const T torque = u(0) - sin(s(0));  // name a type: `auto` would keep references to temporaries
//       ColumnOf<T> next(2);
//       next << s(0) + 0.1 * s(1), s(1) + 0.1 * torque;
//       return next;
//     }
//   };
//   problem.simulator = std::make_shared<AutodiffSimulator<Pendulum>>(Pendulum{});
//
// Control x = the controls of step 0, step 1, ... [steps * control_size x B], context = start states [state_size x B],
// y = final states. Each step is differentiated by forward automatic differentiation; the steps are chained.
#include <Eigen/Core>
#include <memory>
#include <stdexcept>
#include <string>
#include <unsupported/Eigen/AutoDiff>
#include <utility>
#include <vector>

#include "physgrad/core/simulator.hpp"

namespace physgrad {

template <class T>
using ColumnOf = Eigen::Matrix<T, Eigen::Dynamic, 1>;

/// `Physics` has the constants state_size and control_size, a number of `steps` (constant or not) and the template
/// `step`, as shown above.
template <class Physics>
class AutodiffSimulator final : public Simulator {
  // Constant sizes give every number, also one assigned from a plain constant, its full set of derivatives.
  static constexpr int state_size = Physics::state_size, inputs = Physics::state_size + Physics::control_size;
  using Dual = Eigen::AutoDiffScalar<Eigen::Matrix<double, inputs, 1>>;

 public:
  explicit AutodiffSimulator(Physics physics) : physics_(std::move(physics)) {}

  [[nodiscard]] Index controls() const override { return physics_.steps * physics_.control_size; }
  [[nodiscard]] Index outputs() const override { return physics_.state_size; }

  /// Throws std::invalid_argument on wrong shapes, as linearize does.
  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& context) const override {
    check(x, context);
    Matrix y = context;
    for (Index i = 0; i < x.cols(); ++i)
      for (Index n = 0; n < physics_.steps; ++n)
        y.col(i) = physics_.template step<double>(Vector(y.col(i)), control(x, n, i), n);
    return y;
  }

  [[nodiscard]] LinearizationPtr linearize(const Matrix& x, const Matrix& context) const override {
    check(x, context);
    const Index ds = physics_.state_size, du = physics_.control_size, steps = physics_.steps, count = x.cols();
    const auto jacobians = std::make_shared<std::vector<Matrix>>();  // [ds x (ds + du)], sample by sample, step by step
    Matrix y = context;
    for (Index i = 0; i < count; ++i)
      for (Index n = 0; n < steps; ++n) jacobians->push_back(advance(y.col(i), control(x, n, i), n));
    const auto at = [jacobians, steps](Index i, Index n) -> const Matrix& {
      return (*jacobians)[static_cast<std::size_t>(i * steps + n)];
    };
    const auto jvp = [=](const Matrix& v) {
      Matrix dy = Matrix::Zero(ds, count);
      for (Index i = 0; i < count; ++i)
        for (Index n = 0; n < steps; ++n)
          dy.col(i) =
              (at(i, n).leftCols(ds) * dy.col(i) + at(i, n).rightCols(du) * v.col(i).segment(n * du, du)).eval();
      return dy;
    };
    const auto vjp = [=](const Matrix& w) {
      Matrix x_bar(steps * du, count), s_bar = w;
      for (Index i = 0; i < count; ++i)
        for (Index n = steps; n-- > 0;) {
          x_bar.col(i).segment(n * du, du) = at(i, n).rightCols(du).transpose() * s_bar.col(i);
          s_bar.col(i) = (at(i, n).leftCols(ds).transpose() * s_bar.col(i)).eval();
        }
      return x_bar;
    };
    return make_linearization(std::move(y), jvp, vjp);
  }
  /// A Jacobian a step and sample; their list grows by doubling.
  [[nodiscard]] double linearization_bytes(Index samples) const override {
    const auto count = static_cast<double>(samples * physics_.steps);
    return count * (8.0 * state_size * inputs + 3 * sizeof(Matrix)) + 16.0 * static_cast<double>(samples * outputs());
  }

 private:
  [[nodiscard]] Vector control(const Matrix& x, Index n, Index i) const {
    return x.col(i).segment(n * physics_.control_size, physics_.control_size);
  }

  // Replaces the state by the next one and returns d(next) / d(state, control).
  [[nodiscard]] Matrix advance(Eigen::Ref<Vector> state, const Vector& u, Index n) const {
    ColumnOf<Dual> s(state.size()), c(u.size());
    for (int k = 0; k < state_size; ++k) s(k) = Dual(state[k], inputs, k);
    for (int k = state_size; k < inputs; ++k) c(k - state_size) = Dual(u[k - state_size], inputs, k);
    const ColumnOf<Dual> next = physics_.template step<Dual>(s, c, n);
    Matrix jacobian(state_size, inputs);
    for (int k = 0; k < state_size; ++k) {
      state[k] = next(k).value();
      jacobian.row(k) = next(k).derivatives().transpose();
    }
    return jacobian;
  }

  void check(const Matrix& x, const Matrix& context) const {
    if (x.rows() == controls() && context.rows() == outputs() && context.cols() == x.cols()) return;
    throw std::invalid_argument("expected control " + std::to_string(controls()) + " x B and context " +
                                std::to_string(outputs()) + " x B, got " + std::to_string(x.rows()) + " x " +
                                std::to_string(x.cols()) + " and " + std::to_string(context.rows()) + " x " +
                                std::to_string(context.cols()));
  }

  Physics physics_;
};

}  // namespace physgrad
