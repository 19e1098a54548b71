#include "physgrad/linalg/graded.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "physgrad/linalg/truncation.hpp"

namespace physgrad {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
// Where round-off may put an eigenvalue, in units of eps times the largest.
constexpr double kNoise = 8 * kEpsilon;
// More levels than double precision has decades for.
constexpr std::size_t kMaxLevels = 8;

Matrix multiply(const Matrix& a, bool transposed, const Matrix& b, const Backend& backend) {
  Matrix result(transposed ? a.cols() : a.rows(), b.cols());
  // A matrix-vector product is bound by memory: nobody is faster.
  if (b.cols() > 1)
    backend.multiply(a, transposed, b, result);
  else if (transposed)
    result.noalias() = a.transpose() * b;
  else
    result.noalias() = a * b;
  return result;
}

Matrix gram_of(const Matrix& a, const Backend& backend) {
  Matrix result(a.cols(), a.cols());
  backend.gram(a, true, result);
  return result;
}

// How many of the descending eigenvalues belong to the large part: the widest gap (as a ratio) within a decade above
// the reach. All of them where nothing that could be kept lies below.
Index large_part(const Vector& eigenvalues, double threshold, double reach) {
  const Index count = eigenvalues.size();
  const double noise = kNoise * eigenvalues[0];
  const double low = reach * reach * eigenvalues[0];
  const bool unresolved = std::any_of(eigenvalues.begin(), eigenvalues.end(),
                                      [&](double value) { return value < low && value > threshold - noise; });
  if (!unresolved || threshold > low) return count;
  Index best = count;
  double widest = 0;
  for (Index i = 0; i + 1 < count && eigenvalues[i] >= low; ++i) {
    if (eigenvalues[i + 1] > 100 * low) continue;
    const double ratio = eigenvalues[i] / std::max(eigenvalues[i + 1], noise);
    if (ratio > widest) {
      widest = ratio;
      best = i + 1;
    }
  }
  return best;
}

}  // namespace

GradedSvd::GradedSvd(TallOperator a, Matrix gram, const Grading& grading, const Backend& backend)
    : a_(std::move(a)), backend_(backend) {
  bool more = split(std::move(gram), grading);
  while (valid_ && more) {
    form_next();
    more = split(gram_of(levels_.back().next, backend_), grading);
  }
}

// Adds the level that `gram` describes; true where another has to follow.
bool GradedSvd::split(Matrix gram, const Grading& grading) {
  Vector ascending(gram.rows());
  valid_ = gram.allFinite() && backend_.symmetric_eigen(gram, ascending);
  if (!valid_) return false;
  const Vector eigenvalues = ascending.reverse();
  if (levels_.empty()) threshold_ = grading.cut * grading.cut * eigenvalues[0];
  Level level;
  const Index count = eigenvalues.size();
  const bool last = levels_.size() + 1 == kMaxLevels || !(eigenvalues[0] > threshold_);
  const Index large = last ? count : large_part(eigenvalues, threshold_, grading.reach);
  level.large = gram.rightCols(large).rowwise().reverse();
  level.eigenvalues = eigenvalues.head(large);
  level.kept = count_above(level.eigenvalues, threshold_);
  const bool more = large < count;
  if (more) {
    level.small = gram.leftCols(count - large).rowwise().reverse();
    level.rotation = kEpsilon * eigenvalues[0] / (eigenvalues[large - 1] - eigenvalues[large]);
  }
  levels_.push_back(std::move(level));
  return more;
}

// A_l Q2, freed of what the earlier levels' rotations left in it: their own next Gram matrix did not mind, this one
// would.
void GradedSvd::form_next() {
  Level& level = levels_.back();
  const std::size_t last = levels_.size() - 1;
  Matrix next = product(last, level.small);
  for (std::size_t l = last; l-- > 0;) next -= projection(l, next);
  const double leak = level.rotation * std::sqrt(level.eigenvalues[level.eigenvalues.size() - 1]);
  if (leak * leak > 0.1 * kEpsilon * next.colwise().squaredNorm().maxCoeff()) {
    const Matrix theta = rotation(last, next);
    next -= product(last, multiply(level.large, false, theta, backend_));
    const Matrix large = level.large + level.small * theta.transpose();
    level.small -= level.large * theta;
    level.large = large;
  }
  level.next = std::move(next);
}

Matrix GradedSvd::product(std::size_t level, const Matrix& x) const {
  return level == 0 ? a_.times(x) : multiply(levels_[level - 1].next, false, x, backend_);
}

Matrix GradedSvd::transposed_product(std::size_t level, const Matrix& y) const {
  return level == 0 ? a_.transpose_times(y) : multiply(levels_[level - 1].next, true, y, backend_);
}

// S1^{-2} Q1^T A^T y: Theta, for y = N.
Matrix GradedSvd::rotation(std::size_t level, const Matrix& y) const {
  const Level& at = levels_[level];
  return at.eigenvalues.cwiseInverse().asDiagonal() * multiply(at.large, true, transposed_product(level, y), backend_);
}

// V1 V1^T y.
Matrix GradedSvd::projection(std::size_t level, const Matrix& y) const {
  return product(level, multiply(levels_[level].large, false, rotation(level, y), backend_));
}

std::vector<GradedSvd::Spectrum> GradedSvd::spectra() const {
  std::vector<Spectrum> result;
  for (const Level& level : levels_) result.push_back({level.eigenvalues, level.kept, level.rotation});
  return result;
}

Vector GradedSvd::apply(const Vector& c, double exponent, std::vector<Vector>& coefficients) const {
  coefficients.clear();
  return apply_from(0, c, exponent, coefficients);
}

Vector GradedSvd::apply_from(std::size_t level, Vector c, double exponent, std::vector<Vector>& coefficients) const {
  const Level& at = levels_[level];
  Vector large = at.large.transpose() * c;
  const Vector f = truncated_power(at.eigenvalues, at.kept, exponent);
  if (at.next.cols() == 0) {
    coefficients.push_back(large);
    return product(level, at.large * f.cwiseProduct(large));
  }
  // Theta^T acts on the large coefficients, Theta on the small ones.
  const Vector inverse = at.eigenvalues.cwiseInverse();
  Vector small = at.small.transpose() * c;
  const Vector image = product(level, at.large * inverse.cwiseProduct(large));
  const Vector gained = rotation(level, at.next * small).col(0);
  small -= at.next.transpose() * image;
  large += gained;
  coefficients.push_back(large);
  Vector rest = apply_from(level + 1, small, exponent, coefficients);
  rest -= projection(level, rest);
  return rest + product(level, at.large * f.cwiseProduct(large));
}

Vector GradedSvd::apply_transposed(const Vector& g, double exponent, std::vector<Vector>& coefficients) const {
  coefficients.clear();
  return apply_transposed_from(0, g, exponent, coefficients);
}

Vector GradedSvd::apply_transposed_from(std::size_t level, const Vector& g, double exponent,
                                        std::vector<Vector>& coefficients) const {
  const Level& at = levels_[level];
  const Vector scaled = at.large.transpose() * transposed_product(level, g).col(0);
  const Vector f = truncated_power(at.eigenvalues, at.kept, exponent);
  coefficients.push_back(scaled.cwiseQuotient(at.eigenvalues.cwiseMax(threshold_).cwiseSqrt()));
  Vector large = f.cwiseProduct(scaled);
  if (at.next.cols() == 0) return at.large * large;
  const Vector inverse = at.eigenvalues.cwiseInverse();
  Vector small = apply_transposed_from(level + 1, g - projection(level, g), exponent, coefficients);
  const Vector image = product(level, at.large * inverse.cwiseProduct(large));
  large -= rotation(level, at.next * small).col(0);
  small += at.next.transpose() * image;
  return at.large * large + at.small * small;
}

}  // namespace physgrad
