#include "physgrad/toolbox/truncated_cg.hpp"

#include <algorithm>
#include <cmath>

namespace physgrad {
namespace {

// Martens' constants: progress an iteration below which it does not pay, over at least so many iterations; the grid.
constexpr double kProgress = 5e-4, kGrid = 1.3;
constexpr std::size_t kShortest = 10;
// Below this share of |g| the recursive residual is round-off.
constexpr double kSolved = 1e-12;

bool on_grid(long iteration) {
  double power = 1;
  while (std::ceil(power) < static_cast<double>(iteration)) power *= kGrid;
  return std::ceil(power) == static_cast<double>(iteration);
}

}  // namespace

long TruncatedCg::minimise(const Product& product, const Vector& g, Vector& d) {
  count_ = 0;
  models_.clear();
  long products = 0;
  residual_ = -g;
  if (d.squaredNorm() > 0) {
    product(d, image_);
    ++products;
    residual_ -= image_;
  }
  double size = residual_.squaredNorm();
  if (!std::isfinite(size)) return products;
  const double solved = kSolved * kSolved * g.squaredNorm();
  direction_ = residual_;
  record(g, d);
  long i = 0;
  while (i < most_ && size > solved) {
    product(direction_, image_);
    ++products;
    const double curvature = direction_.dot(image_);  // not finite where any entry of the product is not
    if (i == 0 && !std::isfinite(curvature)) return products;
    if (!(curvature > 0) || !std::isfinite(curvature)) break;
    const double length = size / curvature;
    d += length * direction_;
    residual_ -= length * image_;
    record(g, d);
    if (on_grid(++i)) keep(d);
    if (stalled()) break;
    const double before = size;
    size = residual_.squaredNorm();
    direction_ = residual_ + (size / before) * direction_;
  }
  if (count_ == 0 || !on_grid(i)) keep(d);
  return products;
}

// With r = -g - A d is q(d) = 1/2 d.(g - r).
void TruncatedCg::record(const Vector& g, const Vector& d) { models_.push_back(0.5 * (d.dot(g) - d.dot(residual_))); }

void TruncatedCg::keep(const Vector& d) {
  if (count_ == steps_.size()) steps_.emplace_back();
  steps_[count_].d = d;
  steps_[count_].model = models_.back();
  ++count_;
}

bool TruncatedCg::stalled() const {
  const std::size_t i = models_.size() - 1, k = std::max(kShortest, i / 10);
  if (i <= k || !(models_[i] < 0)) return false;
  return (models_[i] - models_[i - k]) / models_[i] < kProgress * static_cast<double>(k);
}

double TruncatedCg::bytes(Index parameters) const {
  double vectors = 3 + 1;  // the last iterate may lie off the grid
  for (long i = 1; i <= most_; ++i) vectors += on_grid(i) ? 1 : 0;
  return 8.0 * (vectors * static_cast<double>(parameters) + static_cast<double>(most_ + 1));
}

}  // namespace physgrad
