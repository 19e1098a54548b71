#pragma once
// Losses L(y, y*) of a batch, their gradient, and what a loss may know of its curvature.
#include "physgrad/core/types.hpp"

namespace physgrad {

class Loss {
 public:
  virtual ~Loss() = default;
  [[nodiscard]] virtual double value(const Matrix& y, const Matrix& target) const = 0;
  /// What curves and tables show: L per sample, so that it does not depend on how many samples are evaluated together.
  [[nodiscard]] virtual double reported(const Matrix& y, const Matrix& target) const { return value(y, target); }
  /// g = dL/dy [dy x B] of the batch's loss, with its factor 1/B where it has one.
  virtual void gradient(const Matrix& y, const Matrix& target, Matrix& g) const = 0;
  /// Whether newton_step() is there to be asked for; methods that need it are skipped where it is not.
  [[nodiscard]] virtual bool has_newton_step() const { return false; }
  /// dy = -H^{-1} dL/dy [dy x B], H the Hessian of L in y: the full step to the loss's minimum for quadratic losses.
  /// Throws std::logic_error where there is none.
  [[nodiscard]] virtual Matrix newton_step(const Matrix& y, const Matrix& target) const;
  /// Whether hessian_product() is there to be asked for.
  [[nodiscard]] virtual bool has_hessian() const { return false; }
  /// out = H v [dy x B] for v [dy x B], of the same loss that gradient() belongs to. Throws std::logic_error where
  /// there is none.
  virtual void hessian_product(const Matrix& y, const Matrix& target, const Matrix& v, Matrix& out) const;
  /// Whether curvature_product() is there to be asked for; methods that need it are skipped where it is not.
  [[nodiscard]] virtual bool has_curvature() const { return has_hessian(); }
  /// out = G v [dy x B] for v [dy x B], G the symmetric positive semidefinite Gauss-Newton Hessian of L in y
  /// (Schraudolph 2002). By default the Hessian, which it is for convex losses; others override both. Throws
  /// std::logic_error where there is none.
  virtual void curvature_product(const Matrix& y, const Matrix& target, const Matrix& v, Matrix& out) const;
};

/// Whether L is the mean or the sum over the samples of a batch.
enum class OverBatch { mean, sum };

/// L = scale / B * sum over samples and outputs of (y - y*)^2, or the same without 1/B. scale = 1 and the mean are the
/// published convention of HIG's oscillators. The sum makes value and gradient grow with B; reported() divides by B.
class SquaredLoss final : public Loss {
 public:
  explicit SquaredLoss(double scale = 1.0, OverBatch over_batch = OverBatch::mean)
      : scale_(scale), over_batch_(over_batch) {}
  [[nodiscard]] double value(const Matrix& y, const Matrix& target) const override;
  [[nodiscard]] double reported(const Matrix& y, const Matrix& target) const override;
  void gradient(const Matrix& y, const Matrix& target, Matrix& g) const override;
  [[nodiscard]] bool has_newton_step() const override { return true; }
  [[nodiscard]] Matrix newton_step(const Matrix& y, const Matrix& target) const override;
  [[nodiscard]] bool has_hessian() const override { return true; }
  void hessian_product(const Matrix& y, const Matrix& target, const Matrix& v, Matrix& out) const override;

 private:
  [[nodiscard]] double factor(Index samples) const {
    return over_batch_ == OverBatch::mean ? scale_ / static_cast<double>(samples) : scale_;
  }
  double scale_;
  OverBatch over_batch_;
};

}  // namespace physgrad
