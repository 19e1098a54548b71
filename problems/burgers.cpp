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
// Inverses (physics/burgers_inverse.hpp has their formulas), by `inverse_method`:
//   cole-hopf              inverse heat equation of the Cole-Hopf potential, near the present control; delta =
//                          inverse_damping
//   marching               backward in time with quasi-reversibility, from y alone; inverse_cutoff, inverse_order,
//                          inverse_corrections
//   gauss-newton           damped Gauss-Newton from the present control (physics/control_inverse.hpp) to a residual of
//                          inverse_tolerance, singular values below inverse_cutoff times the largest dropped
//   gauss-newton-reversed  the same from the time-reversed state -P(-y), from y alone
//
// What y determines: the modes whose factor in the linear heat equation, exp(-nu q_k^2 duration), is above 1e-3 (k <= 5
// of 16 with the defaults; the data have k <= 2). The flux moves products of other modes into these before diffusion
// erases them, but from y alone they cannot be told from the low modes' own. x_error_determined is the error of x
// without the other modes.
// Sources: Cole, Q. Appl. Math. 9 (1951); Hopf, Comm. Pure Appl. Math. 3 (1950); Lattes, Lions, Methode de
// quasi-reversibilite, Dunod (1967); the learning task: this project's.
#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "physgrad/core/problem.hpp"
#include "physgrad/physics/burgers_inverse.hpp"
#include "physgrad/physics/control_inverse.hpp"
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

std::shared_ptr<const InverseSimulator> inverse_of(std::shared_ptr<const Simulator> simulator,
                                                   const BurgersSetting& set_up, const Settings& settings) {
  const std::string& method = settings.text("inverse_method");
  if (method == "cole-hopf") return cole_hopf_inverse(simulator, set_up, settings.real("inverse_damping"));
  const double cutoff = settings.real("inverse_cutoff");
  if (method == "marching")
    return backward_march_inverse(simulator, set_up,
                                  {.cutoff = cutoff,
                                   .order = settings.integer("inverse_order"),
                                   .corrections = settings.integer("inverse_corrections")});
  const auto gauss_newton =
      control_inverse(simulator, {.tolerance = settings.real("inverse_tolerance"), .truncation = cutoff});
  return method == "gauss-newton" ? gauss_newton : time_reversed_inverse(simulator, gauss_newton);
}

/// A setting of some of the inverses.
SettingSpec setting_of(const std::vector<std::string>& methods, SettingSpec spec) {
  spec.idle = [methods](const Settings& settings) {
    const std::string& method = settings.text("inverse_method");
    return std::ranges::find(methods, method) == methods.end() ? "inverse_method=" + method + " does not use it" : "";
  };
  return spec;
}

/// One that the first of them did not have.
SettingSpec younger(SettingSpec spec) {
  spec.historic = spec.value;
  return spec;
}

std::vector<SettingSpec> inverse_settings() {
  const SettingSpec method =
      choice_setting("inverse_method", "cole-hopf", {"cole-hopf", "marching", "gauss-newton", "gauss-newton-reversed"},
                     "how the inverse simulator solves for the initial state");
  const SettingSpec damping =
      real_setting("inverse_damping", 1e-5, 0.0, 1.0, "Tikhonov parameter delta of the inverse");
  const SettingSpec cutoff = real_setting("inverse_cutoff", 1e-2, 1e-12, 0.5,
                                          "what diffusion leaves of the finest modes that the inverse takes back");
  const SettingSpec tolerance =
      real_setting("inverse_tolerance", 1e-3, 0.0, 1.0,
                   "residual |y - P(x)| at which Gauss-Newton stops, over |y| or 1, the larger");
  const SettingSpec order = integer_setting("inverse_order", 8, 2, 64, "order p of the quasi-reversibility");
  const SettingSpec corrections = integer_setting("inverse_corrections", 2, 0, 1000, "defect corrections");
  return {younger(method),
          setting_of({"cole-hopf"}, damping),
          younger(setting_of({"marching", "gauss-newton", "gauss-newton-reversed"}, cutoff)),
          younger(setting_of({"gauss-newton", "gauss-newton-reversed"}, tolerance)),
          younger(setting_of({"marching"}, order)),
          younger(setting_of({"marching"}, corrections))};
}

Problem build(const Settings& settings) {
  check_stability(settings);
  const RealFourier fourier(settings.integer("points"));
  const BurgersSetting set_up{.points = settings.integer("points"),
                              .length = settings.real("length"),
                              .nu = settings.real("nu"),
                              .duration = settings.real("duration"),
                              .steps = settings.integer("steps")};
  const Vector wave_number = set_up.wave_numbers();
  const auto burgers = std::make_shared<Burgers>(fourier, wave_number, set_up.nu);
  Problem problem;
  problem.simulator = initial_value_flow(burgers, set_up.duration / static_cast<double>(set_up.steps), set_up.steps);
  problem.inverse = inverse_of(problem.simulator, set_up, settings);
  problem.input = {1, 1, problem.simulator->outputs()};
  problem.sample = [simulator = problem.simulator](Rng& rng, Index count) { return draw(rng, count, *simulator); };
  problem.x_error = [](const Batch& batch, const Matrix& x) {
    return Vector((x - batch.reference).colwise().lpNorm<1>().transpose());
  };
  const Eigen::ArrayXd decay = (-set_up.nu * set_up.duration * wave_number.array().square()).exp();
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
  };
  for (SettingSpec& spec : inverse_settings()) definition.settings.push_back(std::move(spec));
  definition.build = build;
  definition.idle = [](const std::string& key, const Settings& settings) {
    const std::string& method = settings.text("inverse_method");
    const bool from_data = method == "marching" || method == "gauss-newton-reversed";
    return key == "anchor" && from_data
               ? "inverse_method=" + method + " begins at the wanted state and not at a control"
               : std::string{};
  };
  return definition;
}

}  // namespace physgrad::problems
