#include "physgrad/linalg/bulge_chase.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "physgrad/linalg/chase_sweep.hpp"

namespace physgrad {
namespace {

void chase(Band& band, Index first, Index last, Reflections& done) {
  switch (band.band) {
    case 8:
      return chase_sweeps<8>(band, first, last, done);
    case 32:
      return chase_sweeps<32>(band, first, last, done);
    case 48:
      return chase_sweeps<48>(band, first, last, done);
    case 64:
      return chase_sweeps<64>(band, first, last, done);
    default:
      throw std::invalid_argument(fmt::format("bulge chase: band must be 8, 32, 48 or 64, got {}", band.band));
  }
}

// x := Z x, or Z^T x, for Z the product of the reflections.
void apply(const Reflections& done, Index band, bool transposed, Vector& x) {
  const auto count = done.rows.size();
  for (std::size_t step = 0; step < count; ++step) {
    const std::size_t k = transposed ? step : count - 1 - step;
    const Eigen::Map<const Vector> v(&done.vectors[k * static_cast<std::size_t>(band)], band);
    auto part = x.segment(done.rows[k], band);
    part -= (done.scales[k] * v.dot(part)) * v;
  }
}

Band trailing(const Band& from, Index first) {
  return {from.order, first, from.band, from.entries.rightCols(from.entries.cols() - (first - from.first))};
}

Vector padded(const Vector& x, Index band) {
  Vector result = Vector::Zero(x.size() + band);
  result.head(x.size()) = x;
  return result;
}

}  // namespace

Band zero_band(Index order, Index band) { return {order, 0, band, Matrix::Zero(2 * band + 1, order + band)}; }

BulgeChase::BulgeChase(Band band, Index segments, Vector& x) {
  const Index n = band.order;
  const Index sweeps = std::max<Index>(n - 2, 0);
  for (Index segment = 0; segment < segments; ++segment) {
    // The work of a sweep is proportional to the rows below it: equal work, hence equal memory, for each segment.
    const double left = 1 - static_cast<double>(segment) / static_cast<double>(segments);
    ends_.push_back(static_cast<Index>(static_cast<double>(sweeps) * (1 - std::sqrt(left))));
  }
  ends_.push_back(sweeps);
  Vector work = padded(x, band.band);
  Reflections done;
  for (std::size_t segment = 0; segment + 1 < ends_.size(); ++segment) {
    starts_.push_back(trailing(band, ends_[segment]));
    chase(band, ends_[segment], ends_[segment + 1], done);
    apply(done, band.band, true, work);
  }
  x = work.head(n);
  t_ = {band.entries.row(0).head(n), band.entries.row(1).head(std::max<Index>(n - 1, 0))};
}

void BulgeChase::apply_z(bool transposed, Vector& x) const {
  const Index band = starts_.front().band;
  Vector work = padded(x, band);
  Reflections done;
  for (std::size_t step = 0; step < starts_.size(); ++step) {
    const std::size_t segment = transposed ? step : starts_.size() - 1 - step;
    Band again = starts_[segment];
    chase(again, ends_[segment], ends_[segment + 1], done);
    apply(done, band, transposed, work);
  }
  x = work.head(x.size());
}

}  // namespace physgrad
