#pragma once
// Driven mechanical systems x'' = a(x) + B u(t) by the classical Runge-Kutta method (Kutta 1901), with exact discrete
// derivatives. A group of kLanes samples goes through the whole time axis in vector registers.
//
// The time axis has `segments` pieces of `steps_per_segment` steps of length h; u is constant on a segment. Since
// x' = v is linear, the four stages of the method for (x, v) reduce to accelerations (its Nystroem form; Hairer,
// Norsett, Wanner, Solving Ordinary Differential Equations I, II.14), with a_i = a(x_i) + B u:
//   x_1 = x,  x_2 = x + h/2 v,  x_3 = x_2 + h^2/4 a_1,  x_4 = x + h v + h^2/2 a_2,
//   x <- x + h v + h^2/6 (a_1 + a_2 + a_3),   v <- v + h/6 (a_1 + 2 a_2 + 2 a_3 + a_4).
// Derivatives are those of these formulas, not of the differential equation: exact up to round-off. The adjoint keeps
// x and v before each step and computes the stages again, which is faster than reading them back from memory.
//
// The forces come from a potential, so that da/dx is symmetric. A Motion is a class with
//   static constexpr Index kMaxCoordinates, kControls;         // bounds of the length of x; length of u
//   static constexpr bool kLinear;                             // a(x) linear: its derivative does not look at x
//   Index coordinates() const;                                 // length of x
//   void acceleration(const Pack* x, Pack* a) const;           // a = a(x)
//   void gradient(const Pack* x, const Pack* q, Pack* out) const;  // out = (da/dx) q = (da/dx)^T q
//   void drive(const Pack* u, Pack* a) const;                  // a += B u
//   void respond(const Pack* w, Pack* u_bar) const;            // u_bar += B^T w
// Its pointers never alias.
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "physgrad/core/simulator.hpp"
#include "physgrad/physics/pack.hpp"

namespace physgrad {

struct TimeGrid {
  double dt = 0.0;
  Index segments = 1;
  Index steps_per_segment = 1;
  [[nodiscard]] Index steps() const { return segments * steps_per_segment; }
};

namespace flow {

using PackBuffer = std::vector<Pack, Eigen::aligned_allocator<Pack>>;

/// Groups of kLanes samples; the last one repeats its last sample, so that idle lanes compute something harmless.
[[nodiscard]] inline Index groups(Index samples) { return (samples + kLanes - 1) / kLanes; }
/// rows[r] = entry r of the samples of a group, for every row of `from` [rows x B].
void gather(const Matrix& from, Index group, Pack* rows);
/// The reverse; idle lanes are dropped.
void scatter(const Pack* rows, Index group, Matrix& to);
/// Column first + i * stride of `to` = lane i of rows, for the samples i of a group of `samples`.
void scatter_columns(const Pack* rows, Index group, Index samples, Index stride, Index first, Matrix& to);
/// Throws std::invalid_argument, naming both shapes, where they differ.
void require_shape(const char* what, const Matrix& value, Index rows, Index cols);

/// f(0) .. f(count - 1), unrolled where the count is known: the packs then stay in registers.
template <class F>
inline void each(Index count, F f) {
#pragma GCC unroll 8
  for (Index i = 0; i < count; ++i) f(i);
}

template <class Motion>
struct Coordinates {
  Pack entry[Motion::kMaxCoordinates];

  Pack& operator[](Index i) { return entry[i]; }
  const Pack& operator[](Index i) const { return entry[i]; }
  [[nodiscard]] Pack* data() { return entry; }
  [[nodiscard]] const Pack* data() const { return entry; }
};

/// The accelerations and positions of the stages of one step.
template <class Motion>
struct Stages {
  Coordinates<Motion> x[4];

  /// From s = (x, v), without a_4; for a linear motion nothing is needed.
  void compute(const Motion& motion, double h, const Pack* s, const Pack* u) {
    if constexpr (Motion::kLinear) return;
    const Index n = motion.coordinates();
    Coordinates<Motion> a1, a2;
    each(n, [&](auto i) { x[0][i] = s[i]; });
    motion.acceleration(x[0].data(), a1.data());
    motion.drive(u, a1.data());
    each(n, [&](auto i) { x[1][i] = multiply_add(0.5 * h, s[n + i], s[i]); });
    each(n, [&](auto i) { x[2][i] = multiply_add(0.25 * h * h, a1[i], x[1][i]); });
    motion.acceleration(x[1].data(), a2.data());
    motion.drive(u, a2.data());
    each(n, [&](auto i) { x[3][i] = multiply_add(0.5 * h * h, a2[i], multiply_add(h, s[n + i], s[i])); });
  }
};

/// next = the state after one step from s = (x, v); both [2 n], not overlapping.
template <class Motion>
void step(const Motion& motion, double h, const Pack* s, const Pack* u, Pack* next) {
  const Index n = motion.coordinates();
  Coordinates<Motion> x, v, stage, a, last, sum;
  each(n, [&](auto i) { x[i] = s[i]; });
  each(n, [&](auto i) { v[i] = s[n + i]; });
  motion.acceleration(x.data(), a.data());  // a_1
  motion.drive(u, a.data());
  each(n, [&](auto i) { stage[i] = multiply_add(0.5 * h, v[i], x[i]); });
  motion.acceleration(stage.data(), last.data());  // a_2
  motion.drive(u, last.data());
  each(n, [&](auto i) { stage[i] = multiply_add(0.25 * h * h, a[i], stage[i]); });
  each(n, [&](auto i) { sum[i] = a[i] + last[i]; });
  each(n, [&](auto i) { v[i] = multiply_add(h / 6, a[i] + (last[i] + last[i]), v[i]); });
  // x + h v of the step's start, from the velocity before it.
  each(n, [&](auto i) { x[i] = multiply_add(h, s[n + i], x[i]); });
  motion.acceleration(stage.data(), a.data());  // a_3
  motion.drive(u, a.data());
  each(n, [&](auto i) { stage[i] = multiply_add(0.5 * h * h, last[i], x[i]); });
  each(n, [&](auto i) { next[i] = multiply_add(h * h / 6, sum[i] + a[i], x[i]); });
  motion.acceleration(stage.data(), last.data());  // a_4
  motion.drive(u, last.data());
  each(n, [&](auto i) { next[n + i] = multiply_add(h / 6, (a[i] + a[i]) + last[i], v[i]); });
}

/// The tangent of a step: ds = (dx, dv) becomes its image.
template <class Motion>
void step_forward(const Motion& motion, double h, const Stages<Motion>& at, const Pack* du, Pack* ds) {
  const Index n = motion.coordinates();
  Coordinates<Motion> stage, a[4];
  const auto accelerate = [&](Index k) {
    motion.gradient(at.x[k].data(), stage.data(), a[k].data());
    motion.drive(du, a[k].data());
  };
  each(n, [&](auto i) { stage[i] = ds[i]; });
  accelerate(0);
  each(n, [&](auto i) { stage[i] = multiply_add(0.5 * h, ds[n + i], ds[i]); });
  accelerate(1);
  each(n, [&](auto i) { stage[i] = multiply_add(0.25 * h * h, a[0][i], stage[i]); });
  accelerate(2);
  each(n, [&](auto i) { stage[i] = multiply_add(0.5 * h * h, a[1][i], multiply_add(h, ds[n + i], ds[i])); });
  accelerate(3);
  each(n, [&](auto i) {
    ds[i] = multiply_add(h, ds[n + i], multiply_add(h * h / 6, a[0][i] + a[1][i] + a[2][i], ds[i]));
    ds[n + i] = multiply_add(h / 6, a[0][i] + a[3][i] + Pack(2.0) * (a[1][i] + a[2][i]), ds[n + i]);
  });
}

/// The adjoint of a step: bar = (x_bar, v_bar) becomes its image, u_bar gains its share.
template <class Motion>
void step_back(const Motion& motion, double h, const Stages<Motion>& at, Pack* bar, Pack* u_bar) {
  const Index n = motion.coordinates();
  Coordinates<Motion> x, v, a, total, x4, x3, other;
  each(n, [&](auto i) { x[i] = bar[i]; });
  each(n, [&](auto i) { v[i] = bar[n + i]; });
  each(n, [&](auto i) { total[i] = a[i] = Pack(h / 6) * v[i]; });  // a_4
  motion.gradient(at.x[3].data(), a.data(), x4.data());
  each(n, [&](auto i) { other[i] = multiply_add(h * h / 6, x[i], Pack(h / 3) * v[i]); });  // a_3
  motion.gradient(at.x[2].data(), other.data(), x3.data());
  each(n, [&](auto i) { total[i] += other[i]; });
  each(n, [&](auto i) { a[i] = multiply_add(0.5 * h * h, x4[i], other[i]); });  // a_2
  each(n, [&](auto i) { total[i] += a[i]; });
  each(n, [&](auto i) { v[i] = multiply_add(h, x[i] + x4[i], v[i]); });
  motion.gradient(at.x[1].data(), a.data(), other.data());
  // a_1: everything that reaches it through the step's end, then through x_3.
  each(n, [&](auto i) { a[i] = multiply_add(h * h / 6, x[i], Pack(h / 6) * bar[n + i]); });
  each(n, [&](auto i) { a[i] = multiply_add(0.25 * h * h, x3[i], a[i]); });
  each(n, [&](auto i) { total[i] += a[i]; });
  each(n, [&](auto i) { x3[i] += other[i]; });  // x_2
  each(n, [&](auto i) { bar[n + i] = multiply_add(0.5 * h, x3[i], v[i]); });
  motion.gradient(at.x[0].data(), a.data(), other.data());
  each(n, [&](auto i) { bar[i] = (x[i] + x4[i]) + (x3[i] + other[i]); });
  motion.respond(total.data(), u_bar);
}

template <class Motion>
class FlowLinearization final : public Linearization {
 public:
  FlowLinearization(const Motion& motion, const TimeGrid& grid) : motion_(motion), grid_(grid) {}

  void simulate(const Matrix& x, const Matrix& context) {
    const Index count = groups(x.cols());
    path_.resize(static_cast<std::size_t>(count * (grid_.steps() + 1) * states()));
    controls_.resize(static_cast<std::size_t>(count * grid_.segments * Motion::kControls));
    state.resize(states(), x.cols());
    for (Index group = 0; group < count; ++group) {
      gather(x, group, controls_.data() + group * controls());
      Pack* s = path_.data() + group * (grid_.steps() + 1) * states();
      gather(context, group, s);
      for (Index n = 0; n < grid_.steps(); ++n, s += states())
        step(motion_, grid_.dt, s, control(group, n), s + states());
      scatter(s, group, state);
    }
  }

  void multiply(const Matrix& v, Matrix& dy) const override {
    dy.resize(states(), v.cols());
    PackBuffer du(static_cast<std::size_t>(controls())), ds(static_cast<std::size_t>(states()));
    Stages<Motion> at;
    for (Index group = 0; group < groups(v.cols()); ++group) {
      gather(v, group, du.data());
      std::fill(ds.begin(), ds.end(), Pack(0.0));
      for (Index n = 0; n < grid_.steps(); ++n) {
        at.compute(motion_, grid_.dt, before(group, n), control(group, n));
        step_forward(motion_, grid_.dt, at, du.data() + n / grid_.steps_per_segment * Motion::kControls, ds.data());
      }
      scatter(ds.data(), group, dy);
    }
  }

  void multiply_transposed(const Matrix& w, Matrix& x_bar) const override {
    x_bar.resize(controls(), w.cols());
    seed_.resize(static_cast<std::size_t>(states()));
    for (Index group = 0; group < groups(w.cols()); ++group) {
      gather(w, group, seed_.data());
      sweep_back(group, 1);
      scatter(u_bar_.data(), group, x_bar);
    }
  }

  void adjoints(Index dx, Matrix& out) const override {
    const Index dy = states(), samples = state.cols();
    out.resize(dx, dy * samples);
    for (Index group = 0; group < groups(samples); ++group) {
      seed_.assign(static_cast<std::size_t>(dy * dy), Pack(0.0));
      for (Index p = 0; p < dy; ++p) seed_[static_cast<std::size_t>(p * dy + p)] = Pack(1.0);
      sweep_back(group, dy);
      for (Index p = 0; p < dy; ++p) scatter_columns(u_bar_.data() + p * dx, group, samples, dy, p, out);
    }
  }

 private:
  [[nodiscard]] Index states() const { return 2 * motion_.coordinates(); }
  [[nodiscard]] Index controls() const { return grid_.segments * Motion::kControls; }
  [[nodiscard]] const Pack* before(Index group, Index n) const {
    return path_.data() + (group * (grid_.steps() + 1) + n) * states();
  }
  [[nodiscard]] const Pack* control(Index group, Index n) const {
    return controls_.data() + (group * grid_.segments + n / grid_.steps_per_segment) * Motion::kControls;
  }

  /// seed_ holds `seeds` vectors w, one after the other, and is overwritten; u_bar_ receives d(w . end)/dx of each.
  void sweep_back(Index group, Index seeds) const {
    u_bar_.assign(static_cast<std::size_t>(seeds * controls()), Pack(0.0));
    Stages<Motion> at;
    for (Index n = grid_.steps(); n-- > 0;) {
      at.compute(motion_, grid_.dt, before(group, n), control(group, n));
      Pack* u_bar = u_bar_.data() + n / grid_.steps_per_segment * Motion::kControls;
      for (Index p = 0; p < seeds; ++p)
        step_back(motion_, grid_.dt, at, seed_.data() + p * states(), u_bar + p * controls());
    }
  }

  Motion motion_;
  TimeGrid grid_;
  PackBuffer path_, controls_;       // by group: (x, v) before each step and after the last; the controls
  mutable PackBuffer seed_, u_bar_;  // scratch of a product
};

}  // namespace flow

/// Simulator with x = controls [segments * du x B], context = start state (x, v) [2 n x B], y = end state [2 n x B].
/// Its run and linearize throw std::invalid_argument on wrong shapes. Products of one linearization share scratch
/// memory: one thread at a time.
template <class Motion>
class MechanicalFlow final : public Simulator {
 public:
  MechanicalFlow(Motion motion, TimeGrid grid) : motion_(std::move(motion)), grid_(grid) {}

  [[nodiscard]] Index controls() const override { return grid_.segments * Motion::kControls; }
  [[nodiscard]] Index outputs() const override { return 2 * motion_.coordinates(); }
  /// Per coordinate and step: four accelerations of about 10 operations, and the 24 of the scheme.
  [[nodiscard]] double operations() const override {
    return 64.0 * static_cast<double>(grid_.steps() * motion_.coordinates());
  }
  /// (x, v) before each step and after the last, the controls, the end, and the scratch of a group's adjoints.
  [[nodiscard]] double linearization_bytes(Index samples) const override {
    const Index kept = (grid_.steps() + 1) * outputs() + controls();
    const Index group = kLanes * outputs() * (outputs() + controls());
    return 8.0 * static_cast<double>(flow::groups(samples) * kLanes * kept + samples * outputs() + group);
  }

  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& context) const override {
    check(x, context);
    Matrix end(outputs(), x.cols());
    flow::PackBuffer u(static_cast<std::size_t>(controls())), s(static_cast<std::size_t>(outputs())), next(s);
    for (Index group = 0; group < flow::groups(x.cols()); ++group) {
      flow::gather(x, group, u.data());
      flow::gather(context, group, s.data());
      for (Index n = 0; n < grid_.steps(); ++n) {
        flow::step(motion_, grid_.dt, s.data(), u.data() + n / grid_.steps_per_segment * Motion::kControls,
                   next.data());
        s.swap(next);
      }
      flow::scatter(s.data(), group, end);
    }
    return end;
  }

  [[nodiscard]] LinearizationPtr linearize(const Matrix& x, const Matrix& context) const override {
    LinearizationPtr at;
    relinearize(x, context, at);
    return at;
  }

  void relinearize(const Matrix& x, const Matrix& context, LinearizationPtr& at) const override {
    check(x, context);
    if (!at) at = std::make_unique<flow::FlowLinearization<Motion>>(motion_, grid_);
    static_cast<flow::FlowLinearization<Motion>&>(*at).simulate(x, context);
  }

 private:
  void check(const Matrix& x, const Matrix& context) const {
    flow::require_shape("control", x, controls(), x.cols());
    flow::require_shape("context (start state)", context, outputs(), x.cols());
  }

  Motion motion_;
  TimeGrid grid_;
};

}  // namespace physgrad
