// J^{-kappa} g for samples' physics Jacobians by one-sided Jacobi rotations (Hestenes 1958; Demmel & Veselic 1992),
// which find small singular values to high relative accuracy: the vectors of the shorter side, the columns of A, are
// rotated in pairs until all are orthogonal, A R = W. Their norms are the singular values,
//   J = A^T:  J^{-kappa} g = W S^{-kappa - 1} R^T g,      J = A:  J^{-kappa} g = R S^{-kappa - 1} W^T g.
#include "physgrad/linalg/small_partial_inverse.hpp"

#include <fmt/format.h>

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "physgrad/linalg/lanes.hpp"
#include "physgrad/linalg/truncation.hpp"

namespace physgrad {
namespace {

constexpr Index kMatrices = 8;  // side by side, on every processor
using Numbers = Lanes<kMatrices>;

// A and R of as many matrices, entry by entry: rows are matrices.
class JacobiGroup {
 public:
  JacobiGroup(Index dy, Index dx)
      : wide_(dy <= dx),
        count_(std::min(dy, dx)),
        length_(std::max(dy, dx)),
        vectors_(Matrix::Zero(kMatrices, count_ * length_)),
        rotations_(kMatrices, count_ * count_) {}

  // J^T [dx x dy] to this place, in units that bring its largest entry to order one; 0, and a matrix of zeros, where
  // that is not finite.
  double put(Index place, const MatrixRef& transposed) {
    const double largest = transposed.cwiseAbs().maxCoeff<Eigen::PropagateNaN>();
    const bool usable = std::isfinite(largest);
    const double unit = usable && largest > 0 ? std::ldexp(1.0, std::min(-std::ilogb(largest), 1023))
                        : usable              ? 1.0
                                              : 0.0;
    for (Index v = 0; v < count_; ++v)
      for (Index e = 0; e < length_; ++e)
        vectors_(place, v * length_ + e) = usable ? unit * (wide_ ? transposed(e, v) : transposed(v, e)) : 0.0;
    return unit;
  }

  void orthogonalise() {
    constexpr int kMostSweeps = 40;
    rotations_.setZero();
    for (Index v = 0; v < count_; ++v) rotations_.col(v * count_ + v).setOnes();
    for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
      bool rotated = false;
      for (Index p = 0; p < count_; ++p)
        for (Index q = p + 1; q < count_; ++q) rotated |= rotate(p, q);
      if (!rotated) return;
    }
  }

  // Of the matrix there: J^{-kappa} = right left, without what tau truncates; left [kept x dy], right [dx x kept].
  void factors(Index place, double unit, double kappa, double tau, Matrix& left, Matrix& right) const {
    Vector s(count_);
    for (Index v = 0; v < count_; ++v) s[v] = vectors_.row(place).segment(v * length_, length_).norm();
    const double threshold = relative_threshold(tau, count_, length_) * s.maxCoeff();
    const Index kept = (s.array() > threshold).count();
    left.resize(kept, wide_ ? count_ : length_);
    right.resize(wide_ ? length_ : count_, kept);
    Index at = 0;
    for (Index v = 0; v < count_; ++v) {
      if (!(s[v] > threshold)) continue;
      const double power = std::pow(s[v], -kappa - 1) * std::pow(unit, kappa);
      const auto vector = vectors_.row(place).segment(v * length_, length_);
      const auto rotation = rotations_.row(place).segment(v * count_, count_);
      if (wide_) {
        left.row(at) = rotation;
        right.col(at) = power * vector.transpose();
      } else {
        left.row(at) = vector;
        right.col(at) = power * rotation.transpose();
      }
      ++at;
    }
  }

 private:
  // Makes vectors p and q orthogonal where they are not to round-off; whether any was turned.
  bool rotate(Index p, Index q) {
    double* const a = vectors_.data() + p * length_ * kMatrices;
    double* const b = vectors_.data() + q * length_ * kMatrices;
    Numbers aa = Numbers::constant(0), bb = aa, ab = aa;
    for (Index e = 0; e < length_; ++e) {
      const Numbers x = Numbers::load(a + e * kMatrices), y = Numbers::load(b + e * kMatrices);
      add_product(x, x, aa);
      add_product(y, y, bb);
      add_product(x, y, ab);
    }
    alignas(64) double alpha[kMatrices], beta[kMatrices], gamma[kMatrices], cosine[kMatrices], sine[kMatrices];
    aa.store(alpha);
    bb.store(beta);
    ab.store(gamma);
    const double tolerance = std::numeric_limits<double>::epsilon() * static_cast<double>(length_);
    bool rotated = false;
    for (Index i = 0; i < kMatrices; ++i) {
      const bool turns = gamma[i] * gamma[i] > tolerance * tolerance * alpha[i] * beta[i];
      const double zeta = (beta[i] - alpha[i]) / (2 * (turns ? gamma[i] : 1.0));
      const double tangent = std::copysign(1 / (std::abs(zeta) + std::sqrt(1 + zeta * zeta)), zeta);
      cosine[i] = turns ? 1 / std::sqrt(1 + tangent * tangent) : 1.0;
      sine[i] = turns ? tangent * cosine[i] : 0.0;
      rotated |= turns;
    }
    if (!rotated) return false;
    const Numbers c = Numbers::load(cosine), s = Numbers::load(sine);
    turn(a, b, length_, c, s);
    turn(rotations_.data() + p * count_ * kMatrices, rotations_.data() + q * count_ * kMatrices, count_, c, s);
    return true;
  }

  // (a, b) := (c a - s b, s a + c b)
  static void turn(double* a, double* b, Index length, const Numbers& c, const Numbers& s) {
    for (Index e = 0; e < length * kMatrices; e += kMatrices) {
      const Numbers x = Numbers::load(a + e), y = Numbers::load(b + e);
      Numbers first = c * x, second = s * x;
      subtract_product(s, y, first);
      add_product(c, y, second);
      first.store(a + e);
      second.store(b + e);
    }
  }

  bool wide_;
  Index count_, length_;
  Matrix vectors_;    // A, then W [matrices x length * count]
  Matrix rotations_;  // R [matrices x count * count]
};

}  // namespace

SmallPartialInverse::SmallPartialInverse(double kappa, double tau) : kappa_(kappa), tau_(tau) {
  if (!(kappa >= -1 && kappa <= 1)) {
    throw std::invalid_argument(fmt::format("small partial inverse: kappa must lie in [-1, 1], got {}", kappa));
  }
  if (!(tau >= 0 && tau < 1)) {
    throw std::invalid_argument(fmt::format("small partial inverse: tau must lie in [0, 1), got {}", tau));
  }
}

// Samples in a row that have one Jacobian.
struct SmallPartialInverse::Run {
  Index first, count;
  double unit;
};

void SmallPartialInverse::apply(const MatrixRef& transposed, const MatrixRef& g, Matrix& x) {
  const Index dx = transposed.rows(), dy = g.rows(), samples = g.cols();
  if (transposed.cols() != dy * samples) {
    throw std::invalid_argument(
        fmt::format("small partial inverse: expected {} rows of J for {} samples with g of {} numbers, got {}",
                    dy * samples, samples, dy, transposed.cols()));
  }
  x.setZero(dx, samples);
  if (dx == 0 || dy == 0) return;
  const auto of = [&](Index sample) { return transposed.middleCols(sample * dy, dy); };
  JacobiGroup group(dy, dx);
  Matrix left, right;
  for (Index sample = 0; sample < samples;) {
    std::vector<Run> runs;
    for (; sample < samples && static_cast<Index>(runs.size()) < kMatrices; sample += runs.back().count) {
      Index end = sample + 1;
      while (end < samples && of(end) == of(sample)) ++end;
      const double unit = group.put(static_cast<Index>(runs.size()), of(sample));
      runs.push_back({sample, end - sample, unit});
    }
    group.orthogonalise();
    for (std::size_t place = 0; place < runs.size(); ++place) {
      const auto& [first, count, unit] = runs[place];
      if (unit == 0) {
        x.middleCols(first, count).setConstant(std::numeric_limits<double>::quiet_NaN());
        continue;
      }
      ++decompositions_;
      group.factors(static_cast<Index>(place), unit, kappa_, tau_, left, right);
      for (Index i = first; i < first + count; ++i) {
        if (g.col(i).allFinite())
          x.col(i).noalias() = right * (left * g.col(i));
        else
          x.col(i).setConstant(std::numeric_limits<double>::quiet_NaN());
      }
    }
  }
}

double small_partial_inverse_bytes(Index dy, Index dx) {
  const auto count = static_cast<double>(std::min(dy, dx)), length = static_cast<double>(std::max(dy, dx));
  const double together = static_cast<double>(kMatrices) * count * (length + count);
  return 8 * (together + count * (length + count) + 2 * count);
}

Vector small_partial_inverse(const Matrix& jacobian, const Vector& g, double kappa, double tau) {
  Matrix x;
  SmallPartialInverse(kappa, tau).apply(jacobian.transpose(), g, x);
  return x.col(0);
}

Matrix small_pseudo_inverse(const Matrix& a, double truncation) {
  const Eigen::JacobiSVD<Matrix> svd(a, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Vector& values = svd.singularValues();
  Vector inverted = Vector::Zero(values.size());
  for (Index k = 0; k < values.size(); ++k)
    if (values[k] > truncation * values[0]) inverted[k] = 1.0 / values[k];
  return svd.matrixV() * inverted.asDiagonal() * svd.matrixU().transpose();
}

}  // namespace physgrad
