#include "physgrad/physics/dipole_flow.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace physgrad {
namespace {

// A is tridiagonal: off-diagonal -beta, beta = dt / (2 dx^2), diagonal 2 beta + (dt / 2) u_n x_j. Elimination without
// pivoting is safe, since every pivot of 1 + iA has a real part of at least 1. Derivatives, with t = (1 + iA)^-1 s for
// the conjugate s of the adjoint state (1 + iA is symmetric, so the same factorisation serves):
//   tangent  d psi <- 2 dz - d psi,  (1 + iA) dz = d psi - i (dt / 2) du_n x z
//   adjoint  s <- 2 t - s,           dL/du_n = dt sum_j x_j Im(t_j z_j).

// Eight samples at a time: two vector registers, so that one's latency hides behind the other.
constexpr Index lanes = 8;
// Trajectories of more are made again for every product: they would no longer fit into the cache.
constexpr Index kKeptSamples = 64;
using Lanes = Eigen::Array<double, lanes, 1>;
struct Complex {
  Lanes re, im;
};
using Wave = std::vector<Complex>;  // one entry a point, of eight samples

Complex times(const Complex& a, const Complex& b) { return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }

struct Grid {
  Index points, steps;
  double dt, dx, beta;

  explicit Grid(const DipoleGrid& g)
      : points(g.points),
        steps(g.steps),
        dt(g.dt),
        dx(2.0 / static_cast<double>(g.points + 1)),
        beta(0.5 * g.dt / (dx * dx)) {}
  [[nodiscard]] double x(Index j) const { return dx * static_cast<double>(j + 1); }

  // The inverse pivots of 1 + iA for the control u of eight samples.
  void factorise(const Lanes& u, Complex* pivots) const {
    for (Index j = 0; j < points; ++j) {
      Complex m{Lanes::Ones(), 2.0 * beta + (0.5 * dt * x(j)) * u};
      if (j > 0) {
        m.re += beta * beta * pivots[j - 1].re;
        m.im += beta * beta * pivots[j - 1].im;
      }
      const Lanes scale = (m.re.square() + m.im.square()).inverse();
      pivots[j] = {m.re * scale, -m.im * scale};
    }
  }

  // v <- (1 + iA)^-1 v.
  void solve(const Complex* pivots, Complex* v) const {
    v[0] = times(pivots[0], v[0]);
    for (Index j = 1; j < points; ++j)
      v[j] = times(pivots[j], {v[j].re - beta * v[j - 1].im, v[j].im + beta * v[j - 1].re});
    for (Index j = points - 2; j >= 0; --j) {
      const Complex from_right = times(pivots[j], v[j + 1]);
      v[j].re -= beta * from_right.im;
      v[j].im += beta * from_right.re;
    }
  }
};

// Samples first .. first + 7 of interleaved states; missing ones are zero.
Wave gather(const Matrix& states, Index first) {
  Wave wave(static_cast<std::size_t>(states.rows() / 2), {Lanes::Zero(), Lanes::Zero()});
  for (Index s = 0; s < std::min(lanes, states.cols() - first); ++s)
    for (Index j = 0; j < states.rows() / 2; ++j) {
      wave[static_cast<std::size_t>(j)].re[s] = states(2 * j, first + s);
      wave[static_cast<std::size_t>(j)].im[s] = states(2 * j + 1, first + s);
    }
  return wave;
}

void scatter(const Wave& wave, Index first, Matrix& states) {
  for (Index s = 0; s < std::min(lanes, states.cols() - first); ++s)
    for (Index j = 0; j < states.rows() / 2; ++j) {
      states(2 * j, first + s) = wave[static_cast<std::size_t>(j)].re[s];
      states(2 * j + 1, first + s) = wave[static_cast<std::size_t>(j)].im[s];
    }
}

// Row n of a control, of eight samples.
Lanes controls_at(const Matrix& u, Index n, Index first) {
  Lanes result = Lanes::Zero();
  const Index count = std::min(lanes, u.cols() - first);
  result.head(count) = u.row(n).segment(first, count).transpose().array();
  return result;
}

// What derivatives need of one step of eight samples, in the block of memory that holds all steps.
struct Step {
  Complex *z, *pivots;

  Step(const Grid& grid, Complex* block, Index n) : z(block + 2 * n * grid.points), pivots(z + grid.points) {}
  static Index block_size(const Grid& grid) { return 2 * grid.points * grid.steps; }
};

// v <- 2 z - v.
void reflect(const Complex* z, Wave& v) {
  for (std::size_t j = 0; j < v.size(); ++j) v[j] = {2.0 * z[j].re - v[j].re, 2.0 * z[j].im - v[j].im};
}

// Marches eight samples from `psi` to the end and leaves the steps in `block`, which may be null.
void march(const Grid& grid, const Matrix& u, Index first, Wave& psi, Complex* block) {
  Wave own(2 * psi.size());
  for (Index n = 0; n < grid.steps; ++n) {
    const Step step = block != nullptr ? Step(grid, block, n) : Step(grid, own.data(), 0);
    grid.factorise(controls_at(u, n, first), step.pivots);
    std::ranges::copy(psi, step.z);
    grid.solve(step.pivots, step.z);
    reflect(step.z, psi);
  }
}

void march_tangent(const Grid& grid, Complex* block, const Matrix& du, Index first, Wave& dpsi) {
  Wave dz(dpsi.size());
  for (Index n = 0; n < grid.steps; ++n) {
    const Step step(grid, block, n);
    const Lanes change = 0.5 * grid.dt * controls_at(du, n, first);
    for (Index j = 0; j < grid.points; ++j) {
      const Complex& d = dpsi[static_cast<std::size_t>(j)];
      const Lanes force = grid.x(j) * change;
      dz[static_cast<std::size_t>(j)] = {d.re + force * step.z[j].im, d.im - force * step.z[j].re};
    }
    grid.solve(step.pivots, dz.data());
    reflect(dz.data(), dpsi);
  }
}

// `s` starts as the conjugate of the seed.
void march_adjoint(const Grid& grid, Complex* block, Wave& s, Index first, Matrix& gradient) {
  Wave t(s.size());
  const Index count = std::min(lanes, gradient.cols() - first);
  for (Index n = grid.steps; n-- > 0;) {
    const Step step(grid, block, n);
    std::ranges::copy(s, t.begin());
    grid.solve(step.pivots, t.data());
    Lanes sum = Lanes::Zero();
    for (Index j = 0; j < grid.points; ++j) {
      const Complex& value = t[static_cast<std::size_t>(j)];
      sum += grid.x(j) * (value.re * step.z[j].im + value.im * step.z[j].re);
    }
    reflect(t.data(), s);
    gradient.row(n).segment(first, count) = grid.dt * sum.head(count).matrix().transpose();
  }
}

// The steps of a batch: kept where they fit into the cache, which pays when many products are asked for (a Jacobian),
// and otherwise marched again block by block, because fresh memory costs more than the arithmetic.
class Trajectory {
 public:
  Trajectory(const Grid& grid, Matrix controls, Matrix start)
      : grid_(grid), controls_(std::move(controls)), start_(std::move(start)), end_(start_.rows(), start_.cols()) {
    if (samples() <= kKeptSamples) kept_ = blocks((samples() + lanes - 1) / lanes);
    for (Index first = 0; first < samples(); first += lanes) scatter(marched(first, kept(first)), first, end_);
  }

  [[nodiscard]] const Matrix& end() const { return end_; }

  [[nodiscard]] Matrix jvp(const Matrix& v) const {
    Matrix dy(end_.rows(), samples());
    for_each_block([&](Index first, Complex* block) {
      Wave dpsi(static_cast<std::size_t>(grid_.points), {Lanes::Zero(), Lanes::Zero()});
      march_tangent(grid_, block, v, first, dpsi);
      scatter(dpsi, first, dy);
    });
    return dy;
  }

  [[nodiscard]] Matrix vjp(const Matrix& w) const {
    Matrix gradient(grid_.steps, samples());
    for_each_block([&](Index first, Complex* block) {
      Wave s = gather(w, first);
      for (Complex& value : s) value.im = -value.im;
      march_adjoint(grid_, block, s, first, gradient);
    });
    return gradient;
  }

 private:
  using Memory = std::unique_ptr<Complex[]>;

  [[nodiscard]] Memory blocks(Index count) const {
    return std::make_unique_for_overwrite<Complex[]>(static_cast<std::size_t>(count * Step::block_size(grid_)));
  }
  [[nodiscard]] Index samples() const { return start_.cols(); }
  [[nodiscard]] Complex* kept(Index first) const {
    return kept_ ? kept_.get() + first / lanes * Step::block_size(grid_) : nullptr;
  }
  [[nodiscard]] Wave marched(Index first, Complex* block) const {
    Wave psi = gather(start_, first);
    march(grid_, controls_, first, psi, block);
    return psi;
  }

  template <class Work>
  void for_each_block(const Work& work) const {
    const Memory again = kept_ ? nullptr : blocks(1);
    for (Index first = 0; first < samples(); first += lanes) {
      if (!kept_) (void)marched(first, again.get());
      work(first, kept_ ? kept(first) : again.get());
    }
  }

  Grid grid_;
  Matrix controls_, start_, end_;
  Memory kept_;
};

class DipoleSimulator final : public Simulator {
 public:
  explicit DipoleSimulator(const DipoleGrid& grid) : grid_(grid) {}

  [[nodiscard]] Index controls() const override { return grid_.steps; }
  [[nodiscard]] Index outputs() const override { return 2 * grid_.points; }
  /// Per point and step: a right-hand side and a tridiagonal solve in complex numbers.
  [[nodiscard]] double operations() const override { return 60.0 * static_cast<double>(grid_.steps * grid_.points); }
  [[nodiscard]] double linearization_bytes(Index samples) const override {
    const Index groups = samples <= kKeptSamples ? (samples + lanes - 1) / lanes : 1;
    const auto steps =
        static_cast<double>(groups * Step::block_size(Grid(grid_))) * static_cast<double>(sizeof(Complex));
    return steps + 8.0 * static_cast<double>(samples * (controls() + 2 * outputs()));
  }

  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& context) const override {
    check(x, context);
    Matrix y(outputs(), x.cols());
    for (Index first = 0; first < x.cols(); first += lanes) {
      Wave psi = gather(context, first);
      march(grid_, x, first, psi, nullptr);
      scatter(psi, first, y);
    }
    return y;
  }

  [[nodiscard]] LinearizationPtr linearize(const Matrix& x, const Matrix& context) const override {
    check(x, context);
    const auto path = std::make_shared<const Trajectory>(grid_, x, context);
    const auto jvp = [path](const Matrix& v) { return path->jvp(v); };
    const auto vjp = [path](const Matrix& w) { return path->vjp(w); };
    return make_linearization(path->end(), jvp, vjp);
  }

 private:
  void check(const Matrix& x, const Matrix& context) const {
    if (x.rows() == controls() && context.rows() == outputs() && context.cols() == x.cols()) return;
    throw std::invalid_argument("dipole_flow: expected control " + std::to_string(controls()) +
                                " x B and start state " + std::to_string(outputs()) + " x B, got " +
                                std::to_string(x.rows()) + " x " + std::to_string(x.cols()) + " and " +
                                std::to_string(context.rows()) + " x " + std::to_string(context.cols()));
  }

  Grid grid_;
};

}  // namespace

std::shared_ptr<const Simulator> dipole_flow(const DipoleGrid& grid) { return std::make_shared<DipoleSimulator>(grid); }

}  // namespace physgrad
