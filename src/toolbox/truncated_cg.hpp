#pragma once
// Conjugate gradients on a quadratic model, truncated by the model's progress, with the iterates that a search goes
// back over (Martens, Deep learning via Hessian-free optimization, ICML 2010, sections 4.4 and 4.6).
#include <functional>
#include <span>
#include <vector>

#include "physgrad/core/types.hpp"

namespace physgrad {

/// A step and what the model promises of it.
struct ModelStep {
  Vector d;      ///< [n]
  double model;  ///< q(d), negative where the model expects a decrease
};

class TruncatedCg {
 public:
  /// out = A v, v [n] -> [n].
  using Product = std::function<void(const Vector& v, Vector& out)>;

  /// `iterations`: the most of a solution, at least 1.
  explicit TruncatedCg(long iterations) : most_(iterations) {}

  /// Minimises q(d) = g.d + 1/2 d.A d, A symmetric and positive definite, from `d` [n], which becomes the last iterate
  /// d_i. Stops after iteration i where q(d_i) < 0 and (q(d_i) - q(d_{i-k})) / q(d_i) < 5e-4 k with k = max(10, i / 10)
  /// rounded down, k < i; after `iterations`; where |g + A d| <= 1e-12 |g|; or before an iteration whose curvature is
  /// not positive and finite. Returns the products with A that it took.
  long minimise(const Product& product, const Vector& g, Vector& d);

  /// The iterates of the last minimise() after iterations 1, 2, 3, 4, 5, 7, ... = ceil(1.3^j), j = 0, 1, ..., and the
  /// last one, in their order; none where no product was finite. Valid until the next minimise().
  [[nodiscard]] std::span<const ModelStep> kept() const { return {steps_.data(), count_}; }

  /// Bytes of all that it holds for n parameters.
  [[nodiscard]] double bytes(Index parameters) const;
  /// Floating-point operations of an iteration without its product.
  [[nodiscard]] static double operations(Index parameters) { return 14.0 * static_cast<double>(parameters); }

 private:
  void record(const Vector& g, const Vector& d);
  void keep(const Vector& d);
  [[nodiscard]] bool stalled() const;

  long most_;
  Vector residual_, direction_, image_;
  std::vector<double> models_;    // q of every iterate, that of the start first
  std::vector<ModelStep> steps_;  // the first count_ are of the last solution
  std::size_t count_ = 0;
};

}  // namespace physgrad
