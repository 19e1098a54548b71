#pragma once
// Internal to linalg: A = Q B Q^T with B of narrow band, by matrix products.
#include "physgrad/linalg/backend.hpp"
#include "physgrad/linalg/block_lower.hpp"

namespace physgrad {

class BandReduction {
 public:
  /// Works in place in `matrix`, whose width must be a multiple of `band`.
  BandReduction(BlockLower matrix, Index band, const Backend& backend);

  [[nodiscard]] Index order() const { return a_.order(); }
  [[nodiscard]] Index band() const { return band_; }
  /// Column j of B from the diagonal down to row min(j + band, order - 1).
  [[nodiscard]] Vector band_column(Index j) const;
  /// x := Q x, or Q^T x; x [order].
  void apply_q(bool transposed, Vector& x) const;

 private:
  struct Panel;
  [[nodiscard]] Panel panel(Index first) const;
  Index factor(const Panel& panel, Eigen::Ref<Matrix> v);

  BlockLower a_;  // B within the band; below it the reflectors
  Index band_;
  Matrix factors_;  // [band x order]: T of the panel that starts at column j in columns j .. j + band
};

}  // namespace physgrad
