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
// Inverse: damped min-norm Gauss-Newton on the control, iterated to the target (physics/control_inverse.hpp), begun at
// the control that it is given (`inverse_start` = near) or at the smallest thrust that does to first order what the two
// impulses of the Lambert arc do (lambert, physics/lambert_start.hpp), which depends on start and target alone.
// Source: this project's; see Battin, An Introduction to the Mathematics and Methods of Astrodynamics (AIAA, 1999).
#include <cmath>
#include <numbers>
#include <string>

#include "physgrad/core/problem.hpp"
#include "physgrad/physics/control_inverse.hpp"
#include "physgrad/physics/lambert_start.hpp"
#include "physgrad/physics/mechanical_flow.hpp"
#include "physgrad/physics/orbit_views.hpp"

namespace physgrad::problems {
namespace {

class TwoBody {
 public:
  static constexpr Index kMaxCoordinates = 2, kControls = 2;
  static constexpr bool kLinear = false;

  explicit TwoBody(double mu) : mu_(mu) {}

  [[nodiscard]] Index coordinates() const { return 2; }

  void acceleration(const Pack* r, Pack* a) const {
    const Pack squared = multiply_add(r[0], r[0], r[1] * r[1]);
    const Pack strength = Pack(-mu_) / (squared * sqrt(squared));  // -mu / |r|^3
    a[0] = strength * r[0];
    a[1] = strength * r[1];
  }

  // out = -mu / |r|^3 (q - 3 r (r . q) / |r|^2), the tidal force.
  void gradient(const Pack* r, const Pack* q, Pack* out) const {
    const Pack inverse = Pack(1.0) / multiply_add(r[0], r[0], r[1] * r[1]);
    const Pack strength = Pack(-mu_) * inverse * sqrt(inverse);
    const Pack along = Pack(3.0) * inverse * multiply_add(r[0], q[0], r[1] * q[1]);
    out[0] = strength * (q[0] - r[0] * along);
    out[1] = strength * (q[1] - r[1] * along);
  }

  void drive(const Pack* u, Pack* a) const {
    a[0] += u[0];
    a[1] += u[1];
  }
  void respond(const Pack* w, Pack* u_bar) const { drive(w, u_bar); }

 private:
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

// Cells from before there was a choice began where the network was.
SettingSpec inverse_start_setting() {
  SettingSpec spec = choice_setting("inverse_start", "near", {"near", "lambert"},
                                    "where the inverse begins: near the control it is given, or at the smallest "
                                    "thrust with the effect of a Lambert arc's two impulses");
  spec.historic = std::string("near");
  return spec;
}

Problem build(const Settings& settings) {
  const double mu = settings.real("mu"), duration = settings.real("duration");
  const Index segments = settings.integer("segments"), steps = settings.integer("steps");
  if (steps % segments != 0)
    throw UsageError("two-body: steps must be a multiple of segments, got steps = " + std::to_string(steps) +
                     ", segments = " + std::to_string(segments));
  Problem problem;
  const TimeGrid grid{duration / static_cast<double>(steps), segments, steps / segments};
  const auto flow = [mu](const TimeGrid& times) -> std::shared_ptr<const Simulator> {
    return std::make_shared<MechanicalFlow<TwoBody>>(TwoBody(mu), times);
  };
  problem.simulator = flow(grid);
  problem.inverse = control_inverse(problem.simulator);
  if (settings.text("inverse_start") == "lambert")
    problem.inverse = lambert_started(problem.simulator, problem.inverse, {mu, duration, segments});
  problem.input = {8};
  problem.context = 4;
  problem.sample = [mu, duration](Rng& rng, Index count) { return draw(rng, count, mu, duration); };
  problem.views = orbit_views(flow({grid.dt, 1, 1}), mu, {grid.dt, grid.steps_per_segment});
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
      inverse_start_setting(),
  };
  definition.build = build;
  definition.idle = [](const std::string& key, const Settings& settings) {
    return std::string(key == "anchor" && settings.text("inverse_start") == "lambert"
                           ? "inverse_start=lambert begins at the same control wherever the network is"
                           : "");
  };
  return definition;
}

}  // namespace physgrad::problems
