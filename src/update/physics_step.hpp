#pragma once
// The physics step of the toolbox: from a wished change of the state, dy, to a change of the control, dx.
#include <memory>
#include <string>
#include <vector>

#include "physgrad/core/settings.hpp"
#include "physgrad/update/evaluation.hpp"
#include "physgrad/update/method.hpp"

namespace physgrad {

class PhysicsStep {
 public:
  virtual ~PhysicsStep() = default;
  /// dy [dy x B] -> dx [dx x B], which keeps its memory from call to call. Every column of dx is finite where x and dy
  /// are.
  virtual void step(Evaluation& at, const Matrix& dy, Matrix& dx, StepReport& report) = 0;
  /// Bytes that it holds at most at once beyond an evaluation, dy and dx.
  [[nodiscard]] virtual double predicted_bytes(const MethodSizes& sizes) const = 0;
};

/// adjoint: dx = J_P^T dy.
class AdjointPhysics final : public PhysicsStep {
 public:
  void step(Evaluation& at, const Matrix& dy, Matrix& dx, StepReport& report) override;
  [[nodiscard]] double predicted_bytes(const MethodSizes& /*sizes*/) const override { return 0; }
};

/// pseudo-inverse: dx_i = J_{P,i}^{-kappa} dy_i per sample, singular values up to tau * s_max dropped; kappa = 1 is
/// Gauss-Newton.
class PseudoInversePhysics final : public PhysicsStep {
 public:
  PseudoInversePhysics(double kappa, double tau) : kappa_(kappa), tau_(tau) {}
  void step(Evaluation& at, const Matrix& dy, Matrix& dx, StepReport& report) override;
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes) const override;

 private:
  double kappa_, tau_;
};

/// inverse: dx = P^{-1}(y + dy; x) - x. A sample whose residual |P(x+dx) - (y+dy)| is not below |dy| gets the
/// per-sample Gauss-Newton step instead (Holl, Koltun, Thuerey 2022); how many do is reported.
class InversePhysics final : public PhysicsStep {
 public:
  explicit InversePhysics(double tau) : tau_(tau) {}
  void step(Evaluation& at, const Matrix& dy, Matrix& dx, StepReport& report) override;
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes) const override;

 private:
  double tau_;
};

/// newton: dx_i = -|H_i|^{-1} dL/dx_i with the eigenvalues of the per-sample Hessian of L(P(x)) replaced by their
/// magnitudes (saddle-free Newton, Dauphin et al. 2014), those up to tau times the largest dropped. dy is not used. The
/// Hessian comes from fourth-order central differences of the exact gradient; on a kink of P that averages both sides.
class NewtonPhysics final : public PhysicsStep {
 public:
  explicit NewtonPhysics(double tau) : tau_(tau) {}
  void step(Evaluation& at, const Matrix& dy, Matrix& dx, StepReport& report) override;
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes) const override;

 private:
  double tau_;
};

}  // namespace physgrad
