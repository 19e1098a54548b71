// Orbit transfer in the gravitational two-body problem: the relative position r of two bodies in the plane obeys
//   r'' = -mu r / |r|^3 + u(t),
// u = thrust acceleration of one of them. Dimensionless: with mu = 4 the circular orbit of radius 1 has period pi.
// Thrust of order one, which an untrained network asks for, is then a disturbance of the orbit: with mu = 1 it would
// throw many samples into the centre, where the linearization means nothing.
//
// State s = (r_x, r_y, v_x, v_y), control x = (u_x0, u_y0, u_x1, u_y1, ...), u constant on each of `segments` equal
// parts of [0, duration]. Classical Runge-Kutta with `steps` equal steps (a multiple of `segments`); y = the state at
// `duration`.
//
// Data, all uniform and drawn in this order: start radius a in [0.8, 1.2], start phase p in [0, 2 pi), tangential and
// radial velocity errors e_t, e_r in [-0.02, 0.02], target radius b in [0.8, 1.2], phase shift q in [-0.2, 0.2].
//   start  = position a (cos p, sin p), velocity sqrt(mu / a) ((1 + e_t) (-sin p, cos p) + e_r (cos p, sin p))
//   target = the circular orbit of radius b at phase p + duration sqrt(mu / ((a + b) / 2)^3) + q.
// Learn (start, target) -> control. context = start. L = (1/B) sum |y - y*|^2.
// Inverse: damped min-norm Gauss-Newton on the control, iterated to the target (core/control_inverse.hpp).
// Source: this project's; see Battin, An Introduction to the Mathematics and Methods of Astrodynamics (AIAA, 1999).
#include <cmath>
#include <numbers>
#include <string>

#include "core/control_inverse.hpp"
#include "core/problem.hpp"
#include "core/runge_kutta4.hpp"

namespace physgrad::problems {
namespace {

class TwoBody final : public Dynamics {
 public:
  explicit TwoBody(double mu) : mu_(mu) {}

  [[nodiscard]] Index states() const override { return 4; }
  [[nodiscard]] Index controls() const override { return 2; }

  void rate(const StatesRef& s, const StatesRef& u, States& out) const override {
    auto o = out.array();
    o.row(3) = (s.row(0).array().square() + s.row(1).array().square()).inverse();
    o.row(3) *= mu_ * o.row(3).sqrt();  // mu / |r|^3
    o.row(2) = u.row(0).array() - s.row(0).array() * o.row(3);
    o.row(3) = u.row(1).array() - s.row(1).array() * o.row(3);
    out.topRows(2) = s.bottomRows(2);
  }

  void jvp(const StatesRef& s, const StatesRef& /*u*/, const States& ds, const StatesRef& du,
           States& out) const override {
    tidal(s, ds.topRows(2), out.bottomRows(2), out.topRows(2));
    out.bottomRows(2) += du;
    out.topRows(2) = ds.bottomRows(2);
  }

  void vjp(const StatesRef& s, const StatesRef& /*u*/, const States& w, States& s_bar, States& u_bar) const override {
    tidal(s, w.bottomRows(2), s_bar.topRows(2), s_bar.bottomRows(2));  // the tidal matrix is symmetric
    s_bar.bottomRows(2) = w.topRows(2);
    u_bar = w.bottomRows(2);
  }

 private:
  // out = -mu / |r|^3 (q - 3 r (r . q) / |r|^2), the derivative of gravity along q. `scratch` [2 x B] is overwritten.
  void tidal(const StatesRef& s, const StatesRef& q, Eigen::Ref<States> out, Eigen::Ref<States> scratch) const {
    const auto x = s.row(0).array(), y = s.row(1).array();
    auto along = scratch.row(0).array(), strength = scratch.row(1).array();
    along = (x.square() + y.square()).inverse();
    strength = -mu_ * along * along.sqrt();
    along *= 3.0 * (x * q.row(0).array() + y * q.row(1).array());
    out.row(0).array() = strength * (q.row(0).array() - x * along);
    out.row(1).array() = strength * (q.row(1).array() - y * along);
  }

  double mu_;
};

void put_orbit(double mu, double radius, double phase, double tangential, double radial, Eigen::Ref<Vector> state) {
  const double c = std::cos(phase), s = std::sin(phase), speed = std::sqrt(mu / radius);
  state << radius * c, radius * s, speed * (radial * c - tangential * s), speed * (radial * s + tangential * c);
}

Batch draw(Rng& rng, Index count, double mu, double duration) {
  Matrix pair(8, count);
  for (Index i = 0; i < count; ++i) {
    const double from = rng.uniform(0.8, 1.2), phase = rng.uniform(0.0, 2.0 * std::numbers::pi);
    const double tangential = 1.0 + rng.uniform(-0.02, 0.02), radial = rng.uniform(-0.02, 0.02);
    const double to = rng.uniform(0.8, 1.2), shift = rng.uniform(-0.2, 0.2);
    const double mean_motion = std::sqrt(mu / std::pow(0.5 * (from + to), 3));
    put_orbit(mu, from, phase, tangential, radial, pair.col(i).head(4));
    put_orbit(mu, to, phase + duration * mean_motion + shift, 1.0, 0.0, pair.col(i).tail(4));
  }
  return {pair, pair.topRows(4), pair.bottomRows(4), Matrix(0, count)};
}

Problem build(const Settings& settings) {
  const double mu = settings.real("mu"), duration = settings.real("duration");
  const Index segments = settings.integer("segments"), steps = settings.integer("steps");
  if (steps % segments != 0)
    throw UsageError("two-body: steps must be a multiple of segments, got steps = " + std::to_string(steps) +
                     ", segments = " + std::to_string(segments));
  Problem problem;
  const TimeGrid grid{duration / static_cast<double>(steps), segments, steps / segments};
  problem.simulator = controlled_flow(std::make_shared<TwoBody>(mu), grid);
  problem.inverse = control_inverse(problem.simulator);
  problem.sample = [mu, duration](Rng& rng, Index count) { return draw(rng, count, mu, duration); };
  return problem;
}

}  // namespace

ProblemDefinition two_body() {
  ProblemDefinition definition;
  definition.summary = "thrust that takes a two-body orbit to another radius and phase in about half a revolution";
  definition.citation = "Kepler problem with piecewise constant thrust, e.g. Battin, Astrodynamics (AIAA, 1999)";
  definition.settings = {
      real_setting("mu", 4.0, 1e-6, 1e6, "gravitational parameter"),
      real_setting("duration", 1.5, 1e-3, 1000.0, "time of flight"),
      integer_setting("segments", 8, 1, 1000, "pieces of constant thrust"),
      integer_setting("steps", 64, 1, 100000, "time steps in all, a multiple of segments"),
  };
  definition.build = build;
  return definition;
}

}  // namespace physgrad::problems
