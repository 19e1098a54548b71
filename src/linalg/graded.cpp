#include "physgrad/linalg/graded.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "physgrad/linalg/jacobian_operator.hpp"
#include "physgrad/linalg/shared_products.hpp"
#include "physgrad/linalg/truncation.hpp"

namespace physgrad {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
// Where round-off may put an eigenvalue, in units of eps times the largest.
constexpr double kNoise = 8 * kEpsilon;
// An eigenvalue that is to lie below a bound has to be known to some digits.
constexpr double kBelowNoise = 10 * kNoise;
// More levels than double precision has decades for.
constexpr std::size_t kMaxLevels = 8;

Matrix multiply(const Matrix& a, bool transposed, const Matrix& b, const Backend& backend, int threads) {
  Matrix result(transposed ? a.cols() : a.rows(), b.cols());
  // A matrix-vector product is bound by memory: nobody is faster.
  if (b.cols() > 1)
    multiply(backend, threads, a, transposed, b, result);
  else if (transposed)
    result.noalias() = a.transpose() * b;
  else
    result.noalias() = a * b;
  return result;
}

// Padded, as an eigendecomposition takes it.
Matrix gram_of(const Matrix& a, const Backend& backend, int threads) {
  Matrix result = padded_square(a.cols(), kPaddedTo);
  multiply_itself(backend, threads, a, true, result.topLeftCorner(a.cols(), a.cols()));
  return result;
}

// What a level leaves of the large part in the images of the small one, where the gap below eigenvalue i is its end:
// the rotation times the smallest large singular value, squared. More of it than kLeak times the largest square that
// the next level resolves would be seen there.
constexpr double kLeak = kEpsilon;
double rotation_across(const Vector& eigenvalues, Index i) {
  return kEpsilon * eigenvalues[0] / (eigenvalues[i] - eigenvalues[i + 1]);
}

// How many of the descending eigenvalues belong to the large part, which ends within a decade above the reach: at the
// last gap across which nothing has to be corrected, so that the small part is small, else at the widest (as a ratio).
// All of them where nothing that could be kept lies below.
Index large_part(const Vector& eigenvalues, double threshold, double reach) {
  const Index count = eigenvalues.size();
  const double noise = kNoise * eigenvalues[0];
  const double low = reach * reach * eigenvalues[0];
  const bool unresolved = std::any_of(eigenvalues.begin(), eigenvalues.end(),
                                      [&](double value) { return value < low && value > threshold - noise; });
  if (!unresolved || threshold > low) return count;
  Index best = count;
  double widest = 0;
  bool found_clean = false;
  for (Index i = 0; i + 1 < count && eigenvalues[i] >= low; ++i) {
    if (eigenvalues[i + 1] > 100 * low) continue;
    const double ratio = eigenvalues[i] / std::max(eigenvalues[i + 1], noise);
    const double rotation = rotation_across(eigenvalues, i);
    const bool clean = rotation * rotation * eigenvalues[i] < kLeak * eigenvalues[i + 1];
    if (clean < found_clean || (!clean && ratio <= widest)) continue;
    found_clean = clean;
    widest = ratio;
    best = i + 1;
  }
  return best;
}

// From where the descending eigenvalues are so far below the threshold that what is kept needs no more of them than the
// first order of its rotation: that is eps l_max / l, and l_below / l of it stays uncorrected. Their number where that
// is within round-off of zero.
Index first_below(const Vector& eigenvalues, double threshold, double unresolved) {
  const Index count = eigenvalues.size();
  constexpr double kWellBelow = 1e-2;
  const double rotation = kEpsilon * eigenvalues[0] / threshold;
  const double bound = threshold * std::min(kWellBelow, unresolved / rotation);
  if (!(bound > kBelowNoise * eigenvalues[0])) return count;
  return count_above(eigenvalues, bound);
}

}  // namespace

GradedSvd::GradedSvd(TallOperator a, Matrix gram, Index order, const Grading& grading, const Backend& backend)
    : a_(std::move(a)), backend_(backend), threads_(grading.threads) {
  bool more = split(std::move(gram), order, grading);
  while (valid_ && more) {
    form_next();
    const Matrix& next = levels_.back().next;
    more = split(gram_of(next, backend_, threads_), next.cols(), grading);
  }
}

// Adds the level that `gram` describes; true where another has to follow.
bool GradedSvd::split(Matrix gram, Index order, const Grading& grading) {
  if (!gram.allFinite()) {
    valid_ = false;
    return false;
  }
  Level level(std::move(gram), order, backend_, threads_);
  valid_ = level.basis.valid();
  if (!valid_) return false;
  const Vector& eigenvalues = level.basis.values();
  if (levels_.empty()) threshold_ = grading.cut * grading.cut * eigenvalues[0];
  const bool last = levels_.size() + 1 == kMaxLevels || !(eigenvalues[0] > threshold_);
  const Index large = last ? order : large_part(eigenvalues, threshold_, grading.reach);
  level.eigenvalues = eigenvalues.head(large);
  level.kept = count_above(level.eigenvalues, threshold_);
  const bool more = large < order;
  if (more) {
    Index below = order;
    if (levels_.empty()) below = std::max(large + 1, first_below(eigenvalues, threshold_, grading.unresolved));
    level.small = level.basis.vectors(large, below - large);
    level.below = eigenvalues.tail(order - below);
    level.rotation = rotation_across(eigenvalues, large - 1);
  }
  levels_.push_back(std::move(level));
  return more;
}

Matrix GradedSvd::large_times(const Level& level, const Matrix& c) const {
  return level.turned.size() > 0 ? multiply(level.turned, false, c, backend_, threads_) : level.basis.times(0, c);
}

Matrix GradedSvd::large_transposed_times(const Level& level, const Matrix& y) const {
  return level.turned.size() > 0 ? multiply(level.turned, true, y, backend_, threads_)
                                 : level.basis.transposed_times(0, level.eigenvalues.size(), y);
}

// A_l Q2, freed of what the earlier levels' rotations left in it: their own next Gram matrix did not mind, this one
// would.
void GradedSvd::form_next() {
  Level& level = levels_.back();
  const std::size_t last = levels_.size() - 1;
  Matrix next = product(last, level.small);
  for (std::size_t l = last; l-- > 0;) subtract_product(l, large_times(levels_[l], rotation(l, next)), next);
  const double leak = level.rotation * std::sqrt(level.eigenvalues[level.eigenvalues.size() - 1]);
  if (leak * leak > kLeak * next.colwise().squaredNorm().maxCoeff()) {
    const Matrix theta = rotation(last, next);
    subtract_product(last, large_times(level, theta), next);
    const Matrix large = level.basis.vectors(0, level.eigenvalues.size());
    level.turned = large;
    level.turned += level.small * theta.transpose();
    level.small -= large * theta;
  }
  level.next = std::move(next);
}

Matrix GradedSvd::product(std::size_t level, const Matrix& x) const {
  return level == 0 ? a_.times(x) : multiply(levels_[level - 1].next, false, x, backend_, threads_);
}

// y -= A_l x, a few columns at a time: images are what takes memory.
void GradedSvd::subtract_product(std::size_t level, const Matrix& x, Matrix& y) const {
  constexpr Index kColumns = 64;
  for (Index first = 0; first < x.cols(); first += kColumns) {
    const Index count = std::min(kColumns, x.cols() - first);
    y.middleCols(first, count) -= product(level, x.middleCols(first, count));
  }
}

Matrix GradedSvd::transposed_product(std::size_t level, const Matrix& y) const {
  return level == 0 ? a_.transpose_times(y) : multiply(levels_[level - 1].next, true, y, backend_, threads_);
}

// S1^{-2} Q1^T A^T y: Theta, for y = N.
Matrix GradedSvd::rotation(std::size_t level, const Matrix& y) const {
  const Level& at = levels_[level];
  return at.eigenvalues.cwiseInverse().asDiagonal() * large_transposed_times(at, transposed_product(level, y));
}

// V1 V1^T y.
Vector GradedSvd::projection(std::size_t level, const Vector& y) const {
  return product(level, large_times(levels_[level], rotation(level, y)));
}

Vector GradedSvd::below_times(const Vector& c) const {
  const SymmetricEigen& basis = levels_[0].basis;
  return basis.times(basis.values().size() - c.size(), c);
}

Vector GradedSvd::below_transposed_times(const Vector& y) const {
  const Level& at = levels_[0];
  return at.basis.transposed_times(at.basis.values().size() - at.below.size(), at.below.size(), y);
}

std::vector<GradedSvd::Spectrum> GradedSvd::spectra() const {
  std::vector<Spectrum> result;
  for (const Level& level : levels_) result.push_back({level.eigenvalues, level.kept, level.rotation});
  if (levels_[0].below.size() > 0) result.push_back({levels_[0].below, 0, 0});
  return result;
}

// rotation(), 0 for what is not kept, where the eigenvalues may be anything.
Vector GradedSvd::kept_rotation(std::size_t level, const Vector& y) const {
  const Level& at = levels_[level];
  Vector result = rotation(level, y);
  result.tail(result.size() - at.kept).setZero();
  return result;
}

void GradedSvd::add_inverse(std::size_t level, const Vector& large, Pass& pass) const {
  const Level& at = levels_[level];
  pass.inverse += product(level, large_times(at, large.cwiseProduct(truncated_power(at.eigenvalues, at.kept, -1))));
}

Vector GradedSvd::apply(const Vector& c, double exponent, std::vector<Vector>& coefficients) const {
  coefficients.clear();
  Pass pass{exponent, coefficients, {}, {}};
  const bool below = levels_[0].below.size() > 0;
  Vector at_cut;
  if (below) {
    at_cut = below_transposed_times(c);
    pass.from_below = product(0, below_times(at_cut));
    pass.inverse = Vector::Zero(pass.from_below.size());
  }
  Vector result = apply_from(0, c, pass);
  if (below) {
    result += product(0, below_times(below_transposed_times(transposed_product(0, pass.inverse))));
    coefficients.push_back(std::move(at_cut));
  }
  return result;
}

Vector GradedSvd::apply_from(std::size_t level, const Vector& c, Pass& pass) const {
  const Level& at = levels_[level];
  Vector large = large_transposed_times(at, c);
  const Vector f = truncated_power(at.eigenvalues, at.kept, pass.exponent);
  const bool below = pass.from_below.size() > 0;
  if (at.next.cols() == 0) {
    if (below) large += kept_rotation(level, pass.from_below);
    pass.coefficients.push_back(large);
    large = f.cwiseProduct(large);
    if (below) add_inverse(level, large, pass);
    return product(level, large_times(at, large));
  }
  // Theta^T acts on the large coefficients, Theta on the small ones.
  const Vector inverse = at.eigenvalues.cwiseInverse();
  Vector small = at.small.transpose() * c;
  const Vector image = product(level, large_times(at, inverse.cwiseProduct(large)));
  Vector source = at.next * small;
  if (below) source += pass.from_below;
  const Vector gained = rotation(level, source).col(0);
  small -= at.next.transpose() * image;
  large += gained;
  pass.coefficients.push_back(large);
  Vector rest = apply_from(level + 1, small, pass);
  rest -= projection(level, rest);
  large = f.cwiseProduct(large);
  if (below) add_inverse(level, large, pass);
  return rest + product(level, large_times(at, large));
}

Vector GradedSvd::apply_transposed(const Vector& g, double exponent, std::vector<Vector>& coefficients) const {
  coefficients.clear();
  Pass pass{exponent, coefficients, {}, {}};
  const Vector& below = levels_[0].below;
  Vector at_cut;
  if (below.size() > 0) {
    at_cut = below_transposed_times(transposed_product(0, g));
    pass.from_below = product(0, below_times(at_cut));
    pass.inverse = Vector::Zero(g.size());
  }
  Vector result = apply_transposed_from(0, g, pass);
  if (below.size() > 0) {
    result += below_times(below_transposed_times(transposed_product(0, pass.inverse)));
    coefficients.push_back(at_cut / std::sqrt(threshold_));
  }
  return result;
}

Vector GradedSvd::apply_transposed_from(std::size_t level, const Vector& g, Pass& pass) const {
  const Level& at = levels_[level];
  const bool below = pass.from_below.size() > 0;
  Vector scaled = large_transposed_times(at, transposed_product(level, g));
  if (below) scaled += kept_rotation(level, pass.from_below);
  const Vector f = truncated_power(at.eigenvalues, at.kept, pass.exponent);
  pass.coefficients.push_back(scaled.cwiseQuotient(at.eigenvalues.cwiseMax(threshold_).cwiseSqrt()));
  Vector large = f.cwiseProduct(scaled);
  if (below) add_inverse(level, large, pass);
  if (at.next.cols() == 0) return large_times(at, large);
  const Vector inverse = at.eigenvalues.cwiseInverse();
  const Vector image = product(level, large_times(at, inverse.cwiseProduct(large)));
  Vector small = apply_transposed_from(level + 1, g - projection(level, g), pass);
  large -= rotation(level, at.next * small).col(0);
  small += at.next.transpose() * image;
  return large_times(at, large) + at.small * small;
}

}  // namespace physgrad
