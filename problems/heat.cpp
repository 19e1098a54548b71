// Periodic heat equation u_t = nu u_xx on N = `points` unit cells (lengths in cells, nu_t = nu t in cells^2), solved
// exactly in Fourier space: with k = 0 .. N/2 over N cycles per cell, the discrete Fourier coefficients obey
//   y_k = x_k exp(-c_k), c_k = 4 pi^2 k^2 nu_t.
// x [N] is the temperature at time 0, y [N] at time t; learn y -> x. P is a real symmetric circulant matrix, its own
// adjoint.
//
// Data: 4 .. 10 (uniform) soft boxes; each has centre c ~ U(0,N), half-size h ~ U(0,10), strength a ~ U(0,1), drawn in
// this order, and adds a / (1 + exp(-(h - d) / w)) at cell n, d = distance from n to c around the ring, w = 1 cell.
// Reference = that field, target = input = P(reference). L = (1/B) sum |y - y*|^2.
//
// Inverse (probabilistic damping): with dy = y_target - P(x_near) and its unnormalised coefficients dy_k,
//   x = x_near + F^-1[exp(a_k c_k) F dy], a_k = 2 (p - 1/2), p = s / (s + n),
//   s = exp(-(|dy_k| / sig_s)^2 / 2), sig_s = N exp(-c_k): how large a signal may be after diffusion,
//   n = exp(-(|dy_k| / sig_n)^2 / 2), sig_n = max(1e-6 |dy|_2, 1e-14 |y_target|_2): how large numerical noise may be;
//   the second term is this project's and keeps round-off from being taken for signal once |dy| < 1e-8 |y_target|,
// and a_k = 0 where 1/2 < p < 0.68. The mean (k = 0) has gain 1: it is conserved. Undamped, the highest mode's gain is
// exp(79).
//
// What y determines: the modes with exp(-c_k) > 1e-3 (k <= 9 of 32 with the defaults); what diffusion left less of, no
// y of finite accuracy says. x_error_determined is the error of x without the erased modes. Source: Holl, Koltun,
// Thuerey, Scale-invariant Learning by Physics Inversion, NeurIPS 2022 (arXiv 2109.15048).
#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "physgrad/core/problem.hpp"
#include "physgrad/physics/real_fourier.hpp"

namespace physgrad::problems {
namespace {

// c_k [K], K = N/2 + 1.
Vector decay_of(Index points, double nu_t) {
  const double step = 2.0 * std::numbers::pi / static_cast<double>(points);
  Vector decay(points / 2 + 1);
  for (Index k = 0; k < decay.size(); ++k) decay[k] = nu_t * step * step * static_cast<double>(k * k);
  return decay;
}

class HeatSimulator final : public Simulator {
 public:
  HeatSimulator(const RealFourier& fourier, const Vector& decay)
      : propagator_(std::make_shared<const Matrix>(fourier.even_filter((-decay).array().exp()))) {}

  [[nodiscard]] Index controls() const override { return propagator_->cols(); }
  [[nodiscard]] Index outputs() const override { return propagator_->rows(); }
  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& /*context*/) const override { return *propagator_ * x; }

  [[nodiscard]] LinearizationPtr linearize(const Matrix& x, const Matrix& context) const override {
    const auto product = [propagator = propagator_](const Matrix& v) -> Matrix { return *propagator * v; };
    return make_linearization(run(x, context), product, product);
  }

 private:
  std::shared_ptr<const Matrix> propagator_;  // shared with the linearizations
};

class HeatInverse final : public InverseSimulator {
 public:
  HeatInverse(RealFourier fourier, Vector decay, std::shared_ptr<const Simulator> simulator)
      : fourier_(std::move(fourier)), decay_(std::move(decay)), simulator_(std::move(simulator)) {}

  [[nodiscard]] Matrix invert(const Matrix& y_target, const Matrix& x_near, const Matrix& context,
                              Costs& costs) const override {
    const Matrix dy = y_target - simulate(*simulator_, x_near, context, costs);
    Matrix spectrum = fourier_.analysis * dy;
    const Index modes = decay_.size();
    for (Index i = 0; i < dy.cols(); ++i) {
      const double noise = std::max(1e-6 * dy.col(i).norm(), 1e-14 * y_target.col(i).norm());
      for (Index k = 0; k < modes; ++k) {
        const double amplitude = std::hypot(spectrum(k, i), spectrum(modes + k, i));
        const double gain = std::exp(confidence(amplitude, decay_[k], noise) * decay_[k]);
        spectrum(k, i) *= gain;
        spectrum(modes + k, i) *= gain;
      }
    }
    return x_near + fourier_.synthesis * spectrum;
  }
  // dy, its spectrum, a product and the result.
  [[nodiscard]] double work_bytes(Index samples) const override {
    return 8.0 * static_cast<double>(samples * (3 * fourier_.synthesis.rows() + fourier_.analysis.rows()));
  }

 private:
  // a = 2 (p - 1/2) = tanh((log s - log n) / 2): the form that stays finite where s and n both underflow.
  [[nodiscard]] double confidence(double amplitude, double decay, double noise) const {
    if (amplitude == 0.0) return 0.0;
    const double signal = amplitude * std::exp(decay) / static_cast<double>(fourier_.synthesis.rows());
    const double a = std::tanh(0.25 * ((amplitude / noise) * (amplitude / noise) - signal * signal));
    return 0.0 < a && a < 2.0 * (0.68 - 0.5) ? 0.0 : a;
  }

  RealFourier fourier_;
  Vector decay_;
  std::shared_ptr<const Simulator> simulator_;
};

Matrix soft_boxes(Rng& rng, Index points, Index count) {
  Matrix field = Matrix::Zero(points, count);
  const auto ring = static_cast<double>(points);
  for (Index i = 0; i < count; ++i) {
    for (Index box = rng.integer(4, 10); box > 0; --box) {
      const double centre = rng.uniform(0.0, ring), half_size = rng.uniform(0.0, 10.0),
                   strength = rng.uniform(0.0, 1.0);
      for (Index n = 0; n < points; ++n) {
        const double direct = std::abs(static_cast<double>(n) - centre);
        field(n, i) += strength / (1.0 + std::exp(std::min(direct, ring - direct) - half_size));
      }
    }
  }
  return field;
}

Problem build(const Settings& settings) {
  const Index points = settings.integer("points");
  const RealFourier fourier(points);
  const Vector decay = decay_of(points, settings.real("nu_t"));
  Problem problem;
  const auto simulator = std::make_shared<const HeatSimulator>(fourier, decay);
  problem.simulator = simulator;
  problem.inverse = std::make_shared<HeatInverse>(fourier, decay, simulator);
  problem.input = {1, 1, points};
  problem.sample = [simulator, points](Rng& rng, Index count) {
    const Matrix field = soft_boxes(rng, points, count);
    const Matrix final_field = simulator->run(field, {});
    return Batch{final_field, Matrix(0, count), final_field, field};
  };
  problem.x_error = [](const Batch& batch, const Matrix& x) {
    return Vector((x - batch.reference).colwise().lpNorm<1>().transpose());
  };
  // Without the modes that diffusion erased.
  const Vector kept = ((-decay).array().exp() > kErasedBelow).cast<double>();
  problem.x_error_determined = [part = fourier.even_filter(kept)](const Batch& batch, const Matrix& x) {
    return Vector((part * (x - batch.reference)).colwise().lpNorm<1>().transpose());
  };
  const Vector cells = Vector::LinSpaced(points, 0.0, static_cast<double>(points - 1));
  const auto frame = [](const char* name, const char* title) {
    return ViewFrame{.name = name, .title = title, .x_label = "position [cells]", .y_label = "temperature [1]"};
  };
  problem.views = {control_view(frame("initial-temperature", "initial temperature"), cells),
                   state_view(frame("final-temperature", "temperature after diffusion"), simulator, cells)};
  return problem;
}

}  // namespace

ProblemDefinition heat() {
  ProblemDefinition definition;
  definition.summary = "recover the initial temperature on a ring from the diffused one";
  definition.citation =
      "Holl, Koltun, Thuerey, Scale-invariant Learning by Physics Inversion, NeurIPS 2022 (arXiv 2109.15048)";
  definition.determined = "Fourier modes of which diffusion leaves more than 1/1000: exp(-4 pi^2 k^2 nu_t) > 1e-3";
  definition.settings = {
      integer_setting("points", 64, 2, 4096, "number of cells N"),
      real_setting("nu_t", 8.0, 0.0, 1000.0, "diffusivity times time, in cells^2"),
  };
  definition.build = build;
  return definition;
}

}  // namespace physgrad::problems
