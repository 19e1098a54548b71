// Reduction to tridiagonal form by way of a band matrix (Bischof, Lang & Sun 2000), A = Q B Q^T, B = Z T Z^T: matrix
// products replace the matrix-vector products that bound a direct reduction of a matrix larger than the caches.
#include "physgrad/linalg/two_stage.hpp"

#include <utility>

#include "physgrad/linalg/band_reduction.hpp"
#include "physgrad/linalg/bulge_chase.hpp"

namespace physgrad {
namespace {

Band band_of(const BandReduction& reduction) {
  Band band = zero_band(reduction.order(), reduction.band());
  for (Index j = 0; j < band.order; ++j) {
    const Vector column = reduction.band_column(j);
    band.entries.col(j).head(column.size()) = column;
  }
  return band;
}

class TwoStageReduction final : public Reduction {
 public:
  TwoStageReduction(BlockLower matrix, Index band, Vector& x, const Backend& backend)
      : first_(std::move(matrix), band, backend), second_(band_of(first_), kSegments, rotated(x)) {
    t_ = second_.t();
  }

  void apply_z(bool transposed, Vector& x) const override {
    if (transposed) first_.apply_q(true, x);
    second_.apply_z(transposed, x);
    if (!transposed) first_.apply_q(false, x);
  }

 private:
  static constexpr Index kSegments = 8;
  Vector& rotated(Vector& x) const {
    first_.apply_q(true, x);
    return x;
  }
  BandReduction first_;
  BulgeChase second_;
};

}  // namespace

std::unique_ptr<Reduction> two_stage_reduction(BlockLower matrix, Index band, Vector& x, const Backend& backend) {
  return std::make_unique<TwoStageReduction>(std::move(matrix), band, x, backend);
}

}  // namespace physgrad
