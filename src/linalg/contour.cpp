// f(B) c for the kept part of the spectrum of a symmetric band matrix B, by a Cauchy integral around it (Hale, Higham &
// Trefethen 2008, SIAM J. Numer. Anal. 46):
//   f(B) c = 1 / (2 pi i) * integral of f(z) (z I - B)^{-1} c dz.
// With the gap (b, a) around the cut and M = lambda_max - b, m = a - b, the map z = b + M dn(v | k)^2, k^2 = 1 - m / M,
// takes the strip 0 < Im v < K' to the plane without (-inf, b] and [a, lambda_max]; the midpoint rule on its middle
// line converges like exp(-pi K' N / K), about exp(-pi^2 N / log(16 M / m)), and crosses the axis in the middle of the
// gap. With k near 1, dn is best taken as a sum over its poles (Whittaker & Watson 1927, chapter 22):
//   dn(v) = pi / (2 K') sum_n sech(pi (v - 2 n K) / (2 K')).
// Each node is a solve with a complex symmetric band matrix. Its pivots need no exchanges: their imaginary parts all
// have the sign of -Im z and at least its size, as those of every Schur complement of B - z I (their inverses are
// entries of inverses of leading blocks).
#include "physgrad/linalg/contour.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <stdexcept>
#include <vector>

#include "physgrad/core/parallel.hpp"
#include "physgrad/linalg/band_elimination.hpp"

namespace physgrad {
namespace {

using Complex = std::complex<double>;
constexpr Index kMultiple = 8;  // of the number of nodes
constexpr Index kTridiagonalNodes = 2 * kMultiple;
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

// Im(weight (B - z I)^{-1} c) of N nodes, side by side.
template <Index Width, Index N>
class Solves {
 public:
  explicit Solves(Index order)
      : lower_(kNumbers, Width * order), scaled_(kNumbers, order), sum_(Matrix::Zero(N, order)) {}

  void add(const SymmetricBand& b, const Vector& c, const ContourNode* nodes) {
    alignas(64) double z[kNumbers], weight[kNumbers];
    for (Index lane = 0; lane < N; ++lane) {
      z[lane] = nodes[lane].z.real();
      z[N + lane] = nodes[lane].z.imag();
      weight[lane] = nodes[lane].weight.real();
      weight[N + lane] = nodes[lane].weight.imag();
    }
    forward(b, c, Number::load(z), Number::load(weight));
    back(b.order());
  }
  [[nodiscard]] Vector total() const { return sum_.colwise().sum().transpose(); }

 private:
  using Number = ComplexLanes<N>;
  static constexpr Index kNumbers = Number::kNumbers;

  // L y = weight c, and D^{-1} y to scaled_.
  void forward(const SymmetricBand& b, const Vector& c, const Number& z, const Number& weight) {
    BandElimination<Width, Number> elimination(z);
    alignas(64) double last[kNumbers * Width] = {};  // y of the last rows
    double* lower = lower_.data();
    double* scaled = scaled_.data();
    const auto pivot = [](const Number& d) PHYSGRAD_INLINED { return inverse(d); };
    const auto below = [&](auto d, const Number& l) PHYSGRAD_INLINED { l.store(lower + (d - 1) * kNumbers); };
    for (Index j = 0; j < b.order(); ++j, scaled += kNumbers) {
      if (j == 0) {
        elimination.next(j, &b.entries(0, j), pivot, [](auto, const Number&) {});
      } else {
        elimination.next(j, &b.entries(0, j), pivot, below);
        lower += Width * kNumbers;
      }
      // Two sums, so that one product need not wait for the last.
      Number part[2] = {{c[j] * weight.re, c[j] * weight.im}, Number::constant(0)};
      unrolled<Width>([&](auto i) PHYSGRAD_INLINED {
        constexpr Index k = Width - i;
        subtract_product(Number::load(last + kNumbers * ((j - k) & (Width - 1))), elimination.across(j, k),
                         part[k % 2]);
      });
      const Number y = part[0] + part[1];
      y.store(last + kNumbers * (j & (Width - 1)));
      (y * elimination.inverse()).store(scaled);
    }
    // Nothing is below the last pivot.
    std::fill(lower, lower + Width * kNumbers, 0.0);
  }

  // L^T x = D^{-1} y, and Im x to sum_.
  void back(Index order) {
    alignas(64) double last[kNumbers * Width] = {};  // x of the rows below
    const double* lower = lower_.data() + Width * kNumbers * order;
    const double* scaled = scaled_.data() + kNumbers * order;
    double* sum = sum_.data() + N * order;
    for (Index j = order - 1; j >= 0; --j) {
      lower -= Width * kNumbers;
      scaled -= kNumbers;
      sum -= N;
      Number part[2] = {Number::load(scaled), Number::constant(0)};
      unrolled<Width>([&](auto i) PHYSGRAD_INLINED {
        constexpr Index k = Width - i;
        subtract_product(Number::load(last + kNumbers * ((j + k) & (Width - 1))),
                         Number::load(lower + (k - 1) * kNumbers), part[k % 2]);
      });
      const Number x = part[0] + part[1];
      x.store(last + kNumbers * (j & (Width - 1)));
      (Lanes<N>::load(sum) + x.im).store(sum);
    }
  }

  Matrix lower_;   // [.. x Width order]
  Matrix scaled_;  // [.. x order]
  Matrix sum_;     // [N x order]
};

// Adds those of `nodes` that fill N lanes, from the front; the number of them. Each member has as many as any, or one
// round less.
template <Index Width, Index N>
std::size_t add_full(const SymmetricBand& b, const Vector& c, std::span<const ContourNode> nodes, int threads,
                     Vector& sum) {
  const std::size_t rounds = nodes.size() / N;
  if (rounds == 0) return 0;
  std::vector<Vector> parts(static_cast<std::size_t>(threads));
  parallel(threads, [&](const Member& me) {
    Solves<Width, N> solves(b.order());
    const auto count = static_cast<std::size_t>(me.count);
    for (auto round = static_cast<std::size_t>(me.index); round < rounds; round += count)
      solves.add(b, c, &nodes[round * N]);
    parts[static_cast<std::size_t>(me.index)] = solves.total();
  });
  for (const Vector& part : parts)
    if (part.size() > 0) sum += part;
  return rounds * N;
}

// One register's nodes at a time; where a column is short, more, so that divisions overlap.
template <Index Width>
void add_nodes(const SymmetricBand& b, const Vector& c, std::span<const ContourNode> nodes, int threads, Vector& sum) {
  static_assert(kMultiple % kPacket == 0);
  constexpr Index kTogether = Width == 1 ? kTridiagonalNodes : kPacket;
  const std::size_t done = add_full<Width, kTogether>(b, c, nodes, threads, sum);
  if constexpr (kTogether > kMultiple) add_full<Width, kMultiple>(b, c, nodes.subspan(done), threads, sum);
}

// Numbers that Solves holds for each row.
constexpr Index doubles_per_row(Index width, Index nodes) { return nodes * (2 * width + 3); }

}  // namespace

double contour_doubles(Index width, double order) {
  return order * static_cast<double>(doubles_per_row(width, width == 1 ? kTridiagonalNodes : kPacket));
}

ContourRule::ContourRule(const SpectralCut& cut, double exponent) {
  if (cut.kept == 0) return;
  const double m = cut.above - cut.below;
  const double upper = std::max(cut.largest - cut.below, 4 * m);
  const double kc = std::sqrt(m / upper);
  const double k = std::sqrt(1 - m / upper);
  const Elliptic elliptic{0.5 * std::numbers::pi / agm(1, kc), 0.5 * std::numbers::pi / agm(1, k)};
  const double wanted = kLogTolerance * elliptic.period / (std::numbers::pi * elliptic.height);
  const Index third = static_cast<Index>(std::ceil(wanted / static_cast<double>(3 * kMultiple))) * kMultiple;
  const double step = elliptic.period / static_cast<double>(3 * third);
  for (const Index offset : {1, 0, 2}) {
    for (Index j = offset; j < 3 * third; j += 3) {
      const auto [dn, slope] = dn_on_middle_line((static_cast<double>(j) + 0.5) * step, elliptic);
      const Complex z = cut.below + upper * dn * dn;
      nodes_.push_back({z, step / std::numbers::pi * std::pow(z, exponent) * 2.0 * upper * dn * slope});
    }
  }
}

Vector ContourRule::sum(const SymmetricBand& b, const Vector& c, std::size_t first, std::size_t last,
                        int threads) const {
  const auto add = [&] {
    if (b.width() == 1) return add_nodes<1>;
    if (b.width() == 8) return add_nodes<8>;
    throw std::logic_error("no contour for a band of this width");
  }();
  Vector result = Vector::Zero(c.size());
  if (last > first) add(b, c, std::span(nodes_).subspan(first, last - first), threads, result);
  return result;
}

ContourRule::Value ContourRule::apply(const SymmetricBand& b, const Vector& c, int threads) const {
  const std::size_t third = nodes_.size() / 3;
  const Vector coarse = sum(b, c, 0, third, threads);
  return {coarse + sum(b, c, third, nodes_.size(), threads), 3 * coarse};
}

Vector ContourRule::apply_coarse(const SymmetricBand& b, const Vector& c, int threads) const {
  return 3 * sum(b, c, 0, nodes_.size() / 3, threads);
}

}  // namespace physgrad
