// f(T) c for the kept part of the spectrum of a symmetric tridiagonal T, by a Cauchy integral around it (Hale, Higham &
// Trefethen 2008, SIAM J. Numer. Anal. 46):
//   f(T) c = 1 / (2 pi i) * integral of f(z) (z I - T)^{-1} c dz.
// With the gap (b, a) around the cut and M = lambda_max - b, m = a - b, the map z = b + M dn(v | k)^2, k^2 = 1 - m / M,
// takes the strip 0 < Im v < K' to the plane without (-inf, b] and [a, lambda_max]; the midpoint rule on its middle
// line converges like exp(-pi K' N / K), about exp(-pi^2 N / log(16 M / m)), and crosses the axis in the middle of the
// gap. With k near 1, dn is best taken as a sum over its poles (Whittaker & Watson 1927, chapter 22):
//   dn(v) = pi / (2 K') sum_n sech(pi (v - 2 n K) / (2 K')).
// Each node is a complex symmetric tridiagonal solve. Its pivots need no exchanges: their imaginary parts all have the
// sign of -Im z and at least its size.
#include "physgrad/linalg/contour.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace physgrad {
namespace {

using Complex = std::complex<double>;
constexpr Index kLanes = 8;  // nodes solved together
using Lanes = Eigen::Array<double, kLanes, 1>;
using LaneBuffer = Eigen::Array<double, kLanes, Eigen::Dynamic>;
const double kLogTolerance = -std::log(kContourError);

double agm(double a, double b) {
  for (int i = 0; i < 60 && std::abs(a - b) > 1e-15 * a; ++i) {
    const double mean = 0.5 * (a + b);
    b = std::sqrt(a * b);
    a = mean;
  }
  return a;
}

struct Elliptic {
  double period;  // K
  double height;  // K'
};

// dn and its derivative at u + i K' / 2, where sech and tanh of x + i pi / 4 are
//   sqrt(2) (cosh x - i sinh x) / cosh 2x,   (sinh 2x + i) / cosh 2x.
struct DnValue {
  Complex dn;
  Complex slope;
};
DnValue dn_on_middle_line(double u, const Elliptic& elliptic) {
  const double factor = 0.5 * std::numbers::pi / elliptic.height;
  const double spacing = 2 * factor * elliptic.period;
  const int reach = 1 + static_cast<int>(36 / spacing);  // exp(-36) = eps
  DnValue sum{0, 0};
  for (int n = -reach; n <= reach + 1; ++n) {
    const double e = std::exp(factor * u - n * spacing);
    const double plus = e + 1 / e;
    const double minus = e - 1 / e;
    const double cosh2 = 0.5 * plus * plus - 1;
    const Complex sech = std::numbers::sqrt2 / (2 * cosh2) * Complex(plus, -minus);
    sum.dn += sech;
    sum.slope -= sech * Complex(0.5 * plus * minus, 1) / cosh2;
  }
  return {factor * sum.dn, factor * factor * sum.slope};
}

}  // namespace

struct ContourRule::Workspace {
  explicit Workspace(Index n)
      : inverse_re(kLanes, n),
        inverse_im(kLanes, n),
        y_re(kLanes, n),
        y_im(kLanes, n),
        sum(LaneBuffer::Zero(kLanes, n)) {}
  [[nodiscard]] Vector total() const { return sum.colwise().sum().transpose(); }
  LaneBuffer inverse_re, inverse_im, y_re, y_im, sum;
};

ContourRule::ContourRule(const SpectralCut& cut, double exponent) {
  if (cut.kept == 0) return;
  const double m = cut.above - cut.below;
  const double upper = std::max(cut.largest - cut.below, 4 * m);
  const double kc = std::sqrt(m / upper);
  const double k = std::sqrt(1 - m / upper);
  const Elliptic elliptic{0.5 * std::numbers::pi / agm(1, kc), 0.5 * std::numbers::pi / agm(1, k)};
  const double wanted = kLogTolerance * elliptic.period / (std::numbers::pi * elliptic.height);
  const Index third = static_cast<Index>(std::ceil(wanted / (3 * kLanes))) * kLanes;
  const double step = elliptic.period / static_cast<double>(3 * third);
  for (const Index offset : {1, 0, 2}) {
    for (Index j = offset; j < 3 * third; j += 3) {
      const auto [dn, slope] = dn_on_middle_line((static_cast<double>(j) + 0.5) * step, elliptic);
      const Complex z = cut.below + upper * dn * dn;
      nodes_.push_back({z, step / std::numbers::pi * std::pow(z, exponent) * 2.0 * upper * dn * slope});
    }
  }
}

// Adds Im(weight (T - z I)^{-1} c) of kLanes nodes to work.sum, lane by lane.
void ContourRule::add_nodes(const Tridiagonal& t, std::size_t first, const Vector& c, Workspace& work) const {
  const Index n = t.diagonal.size();
  Lanes z_re, z_im, weight_re, weight_im;
  for (Index lane = 0; lane < kLanes; ++lane) {
    const Node& node = nodes_[first + static_cast<std::size_t>(lane)];
    z_re[lane] = node.z.real();
    z_im[lane] = node.z.imag();
    weight_re[lane] = node.weight.real();
    weight_im[lane] = node.weight.imag();
  }
  Lanes inverse_re = Lanes::Zero(), inverse_im = Lanes::Zero(), y_re = Lanes::Zero(), y_im = Lanes::Zero();
  double e = 0;
  for (Index i = 0; i < n; ++i) {
    const Lanes l_re = e * inverse_re;
    const Lanes l_im = e * inverse_im;
    const Lanes p_re = t.diagonal[i] - z_re - e * l_re;
    const Lanes p_im = -z_im - e * l_im;
    const Lanes scale = 1.0 / (p_re * p_re + p_im * p_im);
    inverse_re = p_re * scale;
    inverse_im = -p_im * scale;
    const Lanes next_re = c[i] * weight_re - (l_re * y_re - l_im * y_im);
    y_im = c[i] * weight_im - (l_re * y_im + l_im * y_re);
    y_re = next_re;
    work.inverse_re.col(i) = inverse_re;
    work.inverse_im.col(i) = inverse_im;
    work.y_re.col(i) = y_re;
    work.y_im.col(i) = y_im;
    if (i + 1 < n) e = t.subdiagonal[i];
  }
  Lanes x_re = Lanes::Zero(), x_im = Lanes::Zero();
  for (Index i = n - 1; i >= 0; --i) {
    const double f = i + 1 < n ? t.subdiagonal[i] : 0.0;
    const Lanes r_re = work.y_re.col(i) - f * x_re;
    const Lanes r_im = work.y_im.col(i) - f * x_im;
    x_re = r_re * work.inverse_re.col(i) - r_im * work.inverse_im.col(i);
    x_im = r_re * work.inverse_im.col(i) + r_im * work.inverse_re.col(i);
    work.sum.col(i) += x_im;
  }
}

ContourRule::Value ContourRule::apply(const Tridiagonal& t, const Vector& c) const {
  Workspace work(c.size());
  std::size_t first = 0;
  for (; first < nodes_.size() / 3; first += kLanes) add_nodes(t, first, c, work);
  Vector coarse = 3 * work.total();
  for (; first < nodes_.size(); first += kLanes) add_nodes(t, first, c, work);
  return {work.total(), std::move(coarse)};
}

Vector ContourRule::apply_coarse(const Tridiagonal& t, const Vector& c) const {
  Workspace work(c.size());
  for (std::size_t first = 0; first < nodes_.size() / 3; first += kLanes) add_nodes(t, first, c, work);
  return 3 * work.total();
}

}  // namespace physgrad
