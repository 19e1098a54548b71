// A particle in a box [0, 2] driven by an electric field: i psi_t = (-d_xx + u(t) x) psi, psi = 0 at both ends, in
// units where hbar = 1 and the mass is 1/2. Crank-Nicolson, `steps` steps of dt, the control constant over a step
// (physics/dipole_flow.hpp); |psi|^2 is conserved.
//
// A state is 2 points numbers, real and imaginary part alternating; context = start state, y = final state.
// Data: from the ground state to c_2 phi_2 + c_3 phi_3, c real, normal, normalised; phi_k are the eigenstates of the
// discrete -d_xx, sin(k pi j / (points + 1)). The network sees the target. L = (1/B) sum (1 - |<psi*, psi>|^2).
// Inverse: damped min-norm Gauss-Newton on the control (physics/control_inverse.hpp) to the target scaled to norm 1.
// The global phase, which L ignores, is taken out where the target is chosen: by the loss's full step. Source: Schnell,
// Holl, Thuerey, ICLR 2022 (arXiv 2203.10131) and its code: 14 points, 384 steps of 0.05.
#include <cmath>
#include <numbers>
#include <utility>

#include "physgrad/core/problem.hpp"
#include "physgrad/physics/control_inverse.hpp"
#include "physgrad/physics/dipole_flow.hpp"

namespace physgrad::problems {
namespace {

// L = (1/B) sum (1 - |c|^2), c = <psi*, psi> = sum conj(psi*) psi.
class OverlapLoss final : public Loss {
 public:
  [[nodiscard]] double value(const Matrix& y, const Matrix& target) const override {
    return 1.0 - (along(target, y).squaredNorm() + across(target, y).squaredNorm()) / static_cast<double>(y.cols());
  }
  // -(2/B) c psi*
  void gradient(const Matrix& y, const Matrix& target, Matrix& g) const override {
    const double scale = -2.0 / static_cast<double>(y.cols());
    g = rotated(target, scale * along(target, y), scale * across(target, y));
  }
  // To the nearest of the minimisers e^{ia} psi*, which is a = arg c. (The Hessian of L, negative semidefinite, has no
  // Newton step to offer.) This step is orthogonal to i psi: it asks for no change of the global phase.
  [[nodiscard]] bool has_newton_step() const override { return true; }
  [[nodiscard]] Matrix newton_step(const Matrix& y, const Matrix& target) const override {
    Eigen::RowVectorXd re = along(target, y), im = across(target, y);
    for (Index i = 0; i < y.cols(); ++i) {
      const double size = std::hypot(re[i], im[i]);
      re[i] = size > 0.0 ? re[i] / size : 1.0;
      im[i] = size > 0.0 ? im[i] / size : 0.0;
    }
    return rotated(target, re, im) - y;
  }
  // (2/B) (v - <psi*, v> psi*). On states of norm 1, and J keeps to them, L = (1/B) sum |r|^2 with r = psi - c psi*,
  // the part of psi beside the target, which is linear in psi: this is its Gauss-Newton Hessian.
  [[nodiscard]] bool has_curvature() const override { return true; }
  void curvature_product(const Matrix& y, const Matrix& target, const Matrix& v, Matrix& out) const override {
    out = (2.0 / static_cast<double>(y.cols())) * (v - rotated(target, along(target, v), across(target, v)));
  }

 private:
  // i psi of interleaved states.
  static Matrix quarter_turn(const Matrix& psi) {
    Matrix result(psi.rows(), psi.cols());
    for (Index j = 0; j < psi.rows(); j += 2) {
      result.row(j) = -psi.row(j + 1);
      result.row(j + 1) = psi.row(j);
    }
    return result;
  }
  // Real and imaginary part of <a, b> of every column.
  static Eigen::RowVectorXd along(const Matrix& a, const Matrix& b) { return a.cwiseProduct(b).colwise().sum(); }
  static Eigen::RowVectorXd across(const Matrix& a, const Matrix& b) { return along(quarter_turn(a), b); }
  // (re + i im) psi, one factor per column.
  static Matrix rotated(const Matrix& psi, const Eigen::RowVectorXd& re, const Eigen::RowVectorXd& im) {
    return psi * re.asDiagonal() + quarter_turn(psi) * im.asDiagonal();
  }
};

// States have norm 1, so a target between two of them is moved out to the sphere, where it can be reached.
class SphereInverse final : public InverseSimulator {
 public:
  SphereInverse(std::shared_ptr<const InverseSimulator> inverse, Index outputs)
      : inverse_(std::move(inverse)), outputs_(outputs) {}
  [[nodiscard]] Matrix invert(const Matrix& y_target, const Matrix& x_near, const Matrix& context,
                              Costs& costs) const override {
    Matrix target = y_target;
    for (Index i = 0; i < target.cols(); ++i)
      if (const double norm = target.col(i).norm(); norm > 0.0) target.col(i) *= context.col(i).norm() / norm;
    return inverse_->invert(target, x_near, context, costs);
  }
  // The inverse's own, and the targets.
  [[nodiscard]] double work_bytes(Index samples) const override {
    return inverse_->work_bytes(samples) + 8.0 * static_cast<double>(samples * outputs_);
  }

 private:
  std::shared_ptr<const InverseSimulator> inverse_;
  Index outputs_;
};

// Eigenstate k = 1, 2, ... of the discrete -d_xx, norm 1, interleaved.
Vector eigenstate(Index points, Index k) {
  Vector state = Vector::Zero(2 * points);
  for (Index j = 0; j < points; ++j)
    state[2 * j] = std::sin(std::numbers::pi * static_cast<double>(k * (j + 1)) / static_cast<double>(points + 1));
  return state.normalized();
}

/// |psi|^2 over the box, zero at its walls; its integral is 1.
ViewLine density_of(const VectorRef& state, std::string label = {}) {
  const Index points = state.size() / 2;
  const double dx = 2.0 / static_cast<double>(points + 1);
  ViewLine line{std::move(label)};
  for (Index j = 0; j <= points + 1; ++j) {
    line.x.push_back(dx * static_cast<double>(j));
    const bool wall = j == 0 || j == points + 1;
    line.y.push_back(wall ? 0.0 : state.segment(2 * (j - 1), 2).squaredNorm() / dx);
  }
  return line;
}

std::vector<View> control_and_density(std::shared_ptr<const Simulator> simulator, double dt) {
  View control{
      {.kind = ViewKind::trajectory, .name = "control", .title = "control", .x_label = "time [1]", .y_label = "u [1]"}};
  control.lines = [dt](const Matrix& x, const Batch&) { return std::vector{view_steps(dt, x.col(0))}; };
  View density{{.name = "density",
                .title = "final probability density",
                .x_label = "position [1]",
                .y_label = "|psi|^2 [1/length]"}};
  density.lines = [simulator = std::move(simulator)](const Matrix& x, const Batch& batch) {
    return std::vector{density_of(simulator->run(x, batch.context).col(0))};
  };
  density.reference = [](const Batch& batch) { return std::vector{density_of(batch.target.col(0), "target")}; };
  return {density, control};
}

Problem build(const Settings& settings) {
  const Index points = settings.integer("points");
  Problem problem;
  problem.simulator = dipole_flow({points, settings.integer("steps"), settings.real("dt")});
  // J J^T has a null direction (the norm); its eigenvalue comes out as round-off and must not be inverted.
  problem.inverse =
      std::make_shared<SphereInverse>(control_inverse(problem.simulator, {.truncation = 1e-6}), 2 * points);
  problem.loss = std::make_shared<OverlapLoss>();
  problem.input = {2 * points};
  problem.context = 2 * points;
  problem.sample = [points](Rng& rng, Index count) {
    const Vector second = eigenstate(points, 2), third = eigenstate(points, 3);
    Matrix target(2 * points, count);
    for (Index i = 0; i < count; ++i) {
      const double c2 = rng.normal(), c3 = rng.normal();
      target.col(i) = (c2 * second + c3 * third) / std::hypot(c2, c3);
    }
    return Batch{target, eigenstate(points, 1).replicate(1, count), target, Matrix(0, count)};
  };
  problem.views = control_and_density(problem.simulator, settings.real("dt"));
  return problem;
}

}  // namespace

ProblemDefinition quantum_dipole() {
  ProblemDefinition definition;
  definition.summary = "drive a particle in a box from its ground state to a mixture of two excited states";
  definition.citation = "Schnell, Holl, Thuerey, Half-Inverse Gradients, ICLR 2022 (arXiv 2203.10131), and its code";
  definition.settings = {
      integer_setting("points", 14, 3, 1000, "interior points"),
      integer_setting("steps", 384, 1, 100000, "time steps, one control each"),
      real_setting("dt", 0.05, 1e-6, 1.0, "length of a time step"),
  };
  definition.build = build;
  return definition;
}

}  // namespace physgrad::problems
