// Periodic viscous Burgers equation u_t + (u^2 / 2)_x = nu u_xx on N = `points` points x_n = n length / N; learn the
// state at `duration` -> the initial state. Dimensionless.
//
// Pseudo-spectral: u' = -D (u * u) / 2 + nu D2 u with dense Fourier differentiation matrices, wave numbers q_k = 2 pi k
// / length, k = 0 .. N/2. D multiplies by i q (the highest mode of an even N is dropped), D2 by -q^2 (highest mode
// kept); no dealiasing, since the data are resolved. Classical Runge-Kutta, `steps` equal steps. x, y [N].
//
// Data: u_0(x) = sum over m = 1, 2 of (a_m cos(q_m x) + b_m sin(q_m x)) / m with a_1, b_1, a_2, b_2 ~ U(-1/2, 1/2),
// drawn in this order; zero mean. Reference = u_0, target = input = P(u_0). L = (1/B) sum |y - y*|^2.
//
// Inverse (Cole-Hopf): with the mean m removed and the frame moving with it, phi = exp(-int(u - m) / 2 nu), divided by
// its mean, solves phi_t = nu phi_xx. d = phi(y_target) - phi(P(x_near)) goes back in time by e^-a / (e^-2a + delta^2),
// a = nu q^2 duration, delta = inverse_damping (Tikhonov), giving d_0; then
//   x = x_near + (change of the mean) - 2 nu d/dx log(1 + d_0 / phi(x_near)),
// so that d = 0 gives x = x_near. Columns where 1 + d_0 / phi(x_near) <= 0 are NaN.
//
// What y determines: the modes whose factor in the linear heat equation, exp(-nu q_k^2 duration), is above 1e-3 (k <= 5
// of 16 with the defaults; the data have k <= 2). The flux moves products of other modes into these before diffusion
// erases them, but from y alone they cannot be told from the low modes' own. x_error_determined is the error of x
// without the other modes.
// Sources: Cole, Q. Appl. Math. 9 (1951); Hopf, Comm. Pure Appl. Math. 3 (1950); the learning task: this project's.
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "physgrad/core/problem.hpp"
#include "physgrad/physics/real_fourier.hpp"
#include "physgrad/physics/runge_kutta4.hpp"

namespace physgrad::problems {
namespace {

class Burgers final : public Dynamics {
 public:
  Burgers(const RealFourier& fourier, const Vector& wave_number, double nu)
      : flux_(-0.5 * fourier.odd_filter(wave_number)),
        diffusion_(-nu * fourier.even_filter(wave_number.array().square())) {}

  [[nodiscard]] Index states() const override { return flux_.rows(); }
  [[nodiscard]] double operations() const override { return 2 * Dynamics::operations(); }

  void rate(const StatesRef& s, States& out) const override {
    out.noalias() = diffusion_ * s;
    out.noalias() += flux_ * States(s.array().square());
  }

  void jvp(const StatesRef& s, const States& ds, States& out) const override {
    out.noalias() = diffusion_ * ds;
    out.noalias() += flux_ * States(2.0 * s.array() * ds.array());
  }

  void vjp(const StatesRef& s, const States& w, States& s_bar) const override {
    s_bar.noalias() = flux_.transpose() * w;
    s_bar.array() *= 2.0 * s.array();
    s_bar.noalias() += diffusion_ * w;  // symmetric
  }

 private:
  Matrix flux_, diffusion_;  // -D/2 and nu D2
};

class ColeHopfInverse final : public InverseSimulator {
 public:
  ColeHopfInverse(std::shared_ptr<const Simulator> simulator, RealFourier fourier, Vector wave_number,
                  const Settings& settings)
      : simulator_(std::move(simulator)),
        fourier_(std::move(fourier)),
        wave_number_(std::move(wave_number)),
        nu_(settings.real("nu")),
        duration_(settings.real("duration")),
        derivative_(fourier_.odd_filter(wave_number_)) {
    Vector inverse_number = Vector::Zero(wave_number_.size());  // the mean has no antiderivative; it is removed before
    inverse_number.tail(inverse_number.size() - 1) = -wave_number_.tail(inverse_number.size() - 1).cwiseInverse();
    antiderivative_ = fourier_.odd_filter(inverse_number);
    const double delta = settings.real("inverse_damping");
    const Eigen::ArrayXd decay = (-nu_ * duration_ * wave_number_.array().square()).exp();
    backward_ = fourier_.even_filter(decay / (decay.square() + delta * delta));
  }

  [[nodiscard]] Matrix invert(const Matrix& y_target, const Matrix& x_near, const Matrix& context,
                              Costs& costs) const override {
    const Matrix y_near = simulate(*simulator_, x_near, context, costs);
    const Matrix phi_near = potential(x_near);
    const Matrix difference = potential(at_rest(y_target)) - potential(at_rest(y_near));
    Matrix ratio = Matrix::Ones(x_near.rows(), x_near.cols());
    ratio.array() += (backward_ * difference).array() / phi_near.array();
    Matrix x = x_near - 2.0 * nu_ * (derivative_ * ratio.array().log().matrix());
    x.rowwise() += y_target.colwise().mean() - y_near.colwise().mean();
    for (Index i = 0; i < x.cols(); ++i)
      if (!(ratio.col(i).minCoeff() > 0.0)) x.col(i).setConstant(std::numeric_limits<double>::quiet_NaN());
    return x;
  }
  // y_near, the potentials and their difference, what a potential is made of, the ratio, the result.
  [[nodiscard]] double work_bytes(Index samples) const override {
    return 8.0 * static_cast<double>(samples * 8 * fourier_.analysis.cols());
  }

 private:
  // phi of u; a mean of u drops out because the antiderivative ignores it.
  [[nodiscard]] Matrix potential(const Matrix& u) const {
    Matrix phi = (antiderivative_ * u * (-0.5 / nu_)).array().exp();
    phi.array().rowwise() /= phi.colwise().mean().eval().array();
    return phi;
  }

  // Final states as seen from the frame that moved with their mean: w(x) = y(x + mean * duration).
  [[nodiscard]] Matrix at_rest(const Matrix& y) const {
    Matrix spectrum = fourier_.analysis * y;
    const Index modes = fourier_.modes();
    for (Index i = 0; i < y.cols(); ++i) {
      const double shift = y.col(i).mean() * duration_;
      for (Index k = 1; k < modes; ++k) {
        const double c = std::cos(wave_number_[k] * shift), s = std::sin(wave_number_[k] * shift);
        const double even = spectrum(k, i), odd = spectrum(modes + k, i);
        spectrum(k, i) = c * even + s * odd;
        spectrum(modes + k, i) = c * odd - s * even;
      }
    }
    return fourier_.synthesis * spectrum;
  }

  std::shared_ptr<const Simulator> simulator_;
  RealFourier fourier_;
  Vector wave_number_;
  double nu_, duration_;
  Matrix derivative_, antiderivative_, backward_;
};

Batch draw(Rng& rng, Index count, const Simulator& simulator) {
  const Index points = simulator.controls();
  constexpr Index modes = 2;
  Matrix basis(points, 2 * modes);
  for (Index n = 0; n < points; ++n)
    for (Index m = 1; m <= modes; ++m) {
      const double angle = 2.0 * std::numbers::pi * static_cast<double>(m * n) / static_cast<double>(points);
      basis(n, 2 * m - 2) = std::cos(angle) / static_cast<double>(m);
      basis(n, 2 * m - 1) = std::sin(angle) / static_cast<double>(m);
    }
  const Matrix start = basis * rng.uniform_matrix(2 * modes, count, -0.5, 0.5);
  const Matrix end = simulator.run(start, {});
  return {end, Matrix(0, count), end, start};
}

/// Refuses step counts beyond Runge-Kutta's stability limit on the real axis, where the data themselves would blow up.
void check_stability(const Settings& settings) {
  const double highest = std::numbers::pi * static_cast<double>(settings.integer("points")) / settings.real("length");
  const double needed = std::ceil(settings.real("nu") * highest * highest * settings.real("duration") / 2.7);
  if (static_cast<double>(settings.integer("steps")) < needed)
    throw UsageError("burgers: steps = " + std::to_string(settings.integer("steps")) +
                     " is unstable with these points, nu, length and duration; expected at least " +
                     std::to_string(static_cast<long>(needed)));
}

Problem build(const Settings& settings) {
  check_stability(settings);
  const RealFourier fourier(settings.integer("points"));
  const Vector wave_number = Vector::LinSpaced(fourier.modes(), 0.0, static_cast<double>(fourier.modes() - 1)) *
                             (2.0 * std::numbers::pi / settings.real("length"));
  const Index steps = settings.integer("steps");
  const auto burgers = std::make_shared<Burgers>(fourier, wave_number, settings.real("nu"));
  Problem problem;
  problem.simulator = initial_value_flow(burgers, settings.real("duration") / static_cast<double>(steps), steps);
  problem.inverse = std::make_shared<ColeHopfInverse>(problem.simulator, fourier, wave_number, settings);
  problem.input = {1, 1, problem.simulator->outputs()};
  problem.sample = [simulator = problem.simulator](Rng& rng, Index count) { return draw(rng, count, *simulator); };
  problem.x_error = [](const Batch& batch, const Matrix& x) {
    return Vector((x - batch.reference).colwise().lpNorm<1>().transpose());
  };
  const Eigen::ArrayXd decay = (-settings.real("nu") * settings.real("duration") * wave_number.array().square()).exp();
  const Matrix part = fourier.even_filter((decay > kErasedBelow).cast<double>());
  problem.x_error_determined = [part](const Batch& batch, const Matrix& x) {
    return Vector((part * (x - batch.reference)).colwise().lpNorm<1>().transpose());
  };
  const Index points = problem.simulator->outputs();
  const Vector places = Vector::LinSpaced(points, 0.0, static_cast<double>(points - 1)) *
                        (settings.real("length") / static_cast<double>(points));
  const auto frame = [](const char* name, const char* title) {
    return ViewFrame{.name = name, .title = title, .x_label = "position [1]", .y_label = "velocity [1]"};
  };
  problem.views = {control_view(frame("initial-velocity", "initial velocity"), places),
                   state_view(frame("final-velocity", "final velocity"), problem.simulator, places)};
  return problem;
}

}  // namespace

ProblemDefinition burgers() {
  ProblemDefinition definition;
  definition.summary = "recover the initial velocity of Burgers' equation from the steepened, diffused one";
  definition.citation = "Burgers' equation; inverse by Cole (1951) and Hopf (1950)";
  definition.determined = "Fourier modes of which diffusion leaves more than 1/1000: exp(-nu q_k^2 duration) > 1e-3";
  definition.settings = {
      integer_setting("points", 32, 5, 1024, "grid points"),
      real_setting("length", 2.0, 1e-3, 1e3, "length of the periodic domain"),
      real_setting("nu", 0.04, 1e-4, 10.0, "viscosity"),
      real_setting("duration", 0.5, 1e-4, 100.0, "time between initial and final state"),
      integer_setting("steps", 32, 1, 100000, "time steps; stable while nu (pi N / length)^2 duration / steps < 2.7"),
      real_setting("inverse_damping", 1e-5, 0.0, 1.0, "Tikhonov parameter delta of the inverse"),
  };
  definition.build = build;
  return definition;
}

}  // namespace physgrad::problems
