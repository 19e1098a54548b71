// f(T) c for the kept part of the spectrum of a symmetric tridiagonal T, by a Cauchy integral around it (Hale, Higham &
// Trefethen 2008, SIAM J. Numer. Anal. 46):
//   f(T) c = 1 / (2 pi i) * integral of f(z) (z I - T)^{-1} c dz.
// With the gap (b, a) around the cut and M = lambda_max - b, m = a - b, the map z = b + M dn(v | k)^2, k^2 = 1 - m / M,
// takes the strip 0 < Im v < K' to the plane without (-inf, b] and [a, lambda_max]; the midpoint rule on its middle
// line converges like exp(-pi K' N / K), about exp(-pi^2 N / log(16 M / m)), and crosses the axis in the middle of the
// gap. Each node is a complex symmetric tridiagonal solve. Its pivots need no exchanges: their imaginary parts all have
// the sign of -Im z and at least its size.
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "linalg/tridiagonal.hpp"

namespace physgrad {
namespace {

using Complex = std::complex<double>;
constexpr Index kLanes = 16;  // nodes solved together
using Lanes = Eigen::Array<double, kLanes, 1>;
using LaneBuffer = Eigen::Array<double, kLanes, Eigen::Dynamic>;
constexpr double kLogTolerance = 34;  // quadrature error exp(-34) = 2e-15

double agm(double a, double b) {
  for (int i = 0; i < 60 && std::abs(a - b) > 1e-15 * a; ++i) {
    const double mean = 0.5 * (a + b);
    b = std::sqrt(a * b);
    a = mean;
  }
  return a;
}

// sn and cn of real x for complementary modulus kc, by descending the arithmetic-geometric mean.
struct SnCn {
  double sn;
  double cn;
};
SnCn jacobi(double x, double kc) {
  std::vector<double> ratio;
  double a = 1;
  double b = kc;
  double factor = 1;
  while (std::abs(a - b) > 1e-16 * a && ratio.size() < 40) {
    const double c = 0.5 * (a - b);
    const double mean = 0.5 * (a + b);
    b = std::sqrt(a * b);
    a = mean;
    ratio.push_back(c / a);
    factor *= 2;
  }
  double phi = factor * a * x;
  for (auto r = ratio.rbegin(); r != ratio.rend(); ++r) phi = 0.5 * (phi + std::asin(*r * std::sin(phi)));
  return {std::sin(phi), std::cos(phi)};
}

struct Node {
  Complex z;
  Complex weight;  // f(T) = sum of Im(weight (T - z I)^{-1})
};

std::vector<Node> make_nodes(const SpectralCut& cut, double exponent) {
  const double m = cut.above - cut.below;
  const double upper = std::max(cut.largest - cut.below, 4 * m);
  const double kc = std::sqrt(m / upper);
  const double k = std::sqrt(1 - kc * kc);
  const double period = 0.5 * std::numbers::pi / agm(1, kc);  // K
  const double height = 0.5 * std::numbers::pi / agm(1, k);   // K'
  const double wanted = std::ceil(kLogTolerance * period / (std::numbers::pi * height));
  const Index count = (static_cast<Index>(wanted) + kLanes - 1) / kLanes * kLanes;
  // sn, cn, dn of i K' / 2 through those of K' / 2 for the complementary modulus.
  const double s1 = 1 / std::sqrt(1 + k);
  const double c1 = std::sqrt(k / (1 + k));
  const double d1 = std::sqrt(k);
  std::vector<Node> nodes;
  for (Index j = 0; j < count; ++j) {
    const auto [s, c] = jacobi((static_cast<double>(j) + 0.5) * period / static_cast<double>(count), kc);
    const double d = std::sqrt(kc * kc + k * k * c * c);
    const double denominator = c1 * c1 + k * k * s * s * s1 * s1;
    const Complex sn = Complex(s * d1, c * d * s1 * c1) / denominator;
    const Complex cn = Complex(c * c1, -s * d * s1 * d1) / denominator;
    const Complex dn = Complex(d * c1 * d1, -k * k * s * c * s1) / denominator;
    const Complex z = cut.below + upper * dn * dn;
    const Complex slope = -2 * upper * k * k * dn * sn * cn;
    nodes.push_back({z, period / (std::numbers::pi * static_cast<double>(count)) * std::pow(z, exponent) * slope});
  }
  return nodes;
}

struct Workspace {
  explicit Workspace(Index n)
      : inverse_re(kLanes, n),
        inverse_im(kLanes, n),
        y_re(kLanes, n),
        y_im(kLanes, n),
        sum(LaneBuffer::Zero(kLanes, n)) {}
  LaneBuffer inverse_re, inverse_im, y_re, y_im, sum;
};

// Adds Im(weight (T - z I)^{-1} c) of kLanes nodes to work.sum, lane by lane.
void add_nodes(const Tridiagonal& t, const Node* nodes, const Vector& c, Workspace& work) {
  const Index n = t.diagonal.size();
  Lanes z_re, z_im, weight_re, weight_im;
  for (Index lane = 0; lane < kLanes; ++lane) {
    z_re[lane] = nodes[lane].z.real();
    z_im[lane] = nodes[lane].z.imag();
    weight_re[lane] = nodes[lane].weight.real();
    weight_im[lane] = nodes[lane].weight.imag();
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

}  // namespace

Vector apply_function(const Tridiagonal& t, const SpectralCut& cut, double exponent, const Vector& c) {
  if (cut.kept == 0) return Vector::Zero(c.size());
  const std::vector<Node> nodes = make_nodes(cut, exponent);
  Workspace work(c.size());
  for (std::size_t first = 0; first < nodes.size(); first += kLanes) add_nodes(t, &nodes[first], c, work);
  return work.sum.colwise().sum().transpose();
}

}  // namespace physgrad
