#pragma once
// Losses L(y, y*) of a batch, their gradient, and their Newton step.
#include "core/types.hpp"

namespace physgrad {

class Loss {
 public:
  virtual ~Loss() = default;
  [[nodiscard]] virtual double value(const Matrix& y, const Matrix& target) const = 0;
  /// g = dL/dy [dy x B] of the batch's loss, with its factor 1/B where it has one.
  virtual void gradient(const Matrix& y, const Matrix& target, Matrix& g) const = 0;
  /// dy = -H^{-1} dL/dy [dy x B], H the Hessian of L in y: the full step to the loss's minimum for quadratic losses.
  [[nodiscard]] virtual Matrix newton_step(const Matrix& y, const Matrix& target) const = 0;
};

/// L = scale / B * sum over samples and outputs of (y - y*)^2. scale = 1 is the published convention of HIG and SIP.
class SquaredLoss final : public Loss {
 public:
  explicit SquaredLoss(double scale = 1.0) : scale_(scale) {}
  [[nodiscard]] double value(const Matrix& y, const Matrix& target) const override;
  void gradient(const Matrix& y, const Matrix& target, Matrix& g) const override;
  [[nodiscard]] Matrix newton_step(const Matrix& y, const Matrix& target) const override;

 private:
  double scale_;
};

}  // namespace physgrad
