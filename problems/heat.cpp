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

namespace physgrad::problems {
namespace {

// Real discrete Fourier transform of a batch as two matrix products.
struct Fourier {
  Matrix analysis;   // [2K x N], K = N/2 + 1: K rows of cosines, then K rows of sines
  Matrix synthesis;  // [N x 2K]: its inverse
  Vector decay;      // c_k [K]

  Fourier(Index points, double nu_t) : analysis(2 * (points / 2 + 1), points), decay(points / 2 + 1) {
    const Index modes = decay.size();
    const double step = 2.0 * std::numbers::pi / static_cast<double>(points);
    Vector share = Vector::Constant(2 * modes, 2.0 / static_cast<double>(points));
    for (Index k = 0; k < modes; ++k) {
      decay[k] = nu_t * step * step * static_cast<double>(k * k);
      // The mean and, for even N, the highest mode stand for one coefficient; the others for a conjugate pair.
      if (k == 0 || 2 * k == points) share[k] = share[modes + k] = 1.0 / static_cast<double>(points);
      for (Index n = 0; n < points; ++n) {
        const double angle = step * static_cast<double>(k * n % points);  // reduced for accuracy
        analysis(k, n) = std::cos(angle);
        analysis(modes + k, n) = std::sin(angle);
      }
    }
    synthesis = analysis.transpose() * share.asDiagonal();
  }
};

class HeatSimulator final : public Simulator {
 public:
  explicit HeatSimulator(const Fourier& fourier) {
    Vector gain(2 * fourier.decay.size());
    gain << (-fourier.decay).array().exp(), (-fourier.decay).array().exp();
    propagator_ = std::make_shared<const Matrix>(fourier.synthesis * gain.asDiagonal() * fourier.analysis);
  }

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
  HeatInverse(Fourier fourier, std::shared_ptr<const Simulator> simulator)
      : fourier_(std::move(fourier)), simulator_(std::move(simulator)) {}

  [[nodiscard]] Matrix invert(const Matrix& y_target, const Matrix& x_near, const Matrix& context) const override {
    const Matrix dy = y_target - simulate(*simulator_, x_near, context);
    Matrix spectrum = fourier_.analysis * dy;
    const Index modes = fourier_.decay.size();
    for (Index i = 0; i < dy.cols(); ++i) {
      const double noise = std::max(1e-6 * dy.col(i).norm(), 1e-14 * y_target.col(i).norm());
      for (Index k = 0; k < modes; ++k) {
        const double amplitude = std::hypot(spectrum(k, i), spectrum(modes + k, i));
        const double gain = std::exp(confidence(amplitude, fourier_.decay[k], noise) * fourier_.decay[k]);
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

  Fourier fourier_;
  std::shared_ptr<const Simulator> simulator_;
};

// x without the modes that diffusion erased [N x N].
Matrix determined_part(const Fourier& fourier) {
  const Vector kept = ((-fourier.decay).array().exp() > kErasedBelow).cast<double>();
  Vector both(2 * kept.size());
  both << kept, kept;
  return fourier.synthesis * both.asDiagonal() * fourier.analysis;
}

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
  const Fourier fourier(points, settings.real("nu_t"));
  Problem problem;
  const auto simulator = std::make_shared<const HeatSimulator>(fourier);
  problem.simulator = simulator;
  problem.inverse = std::make_shared<HeatInverse>(fourier, simulator);
  problem.input = {1, 1, points};
  problem.sample = [simulator, points](Rng& rng, Index count) {
    const Matrix field = soft_boxes(rng, points, count);
    const Matrix final_field = simulator->run(field, {});
    return Batch{final_field, Matrix(0, count), final_field, field};
  };
  problem.x_error = [](const Batch& batch, const Matrix& x) {
    return Vector((x - batch.reference).colwise().lpNorm<1>().transpose());
  };
  problem.x_error_determined = [part = determined_part(fourier)](const Batch& batch, const Matrix& x) {
    return Vector((part * (x - batch.reference)).colwise().lpNorm<1>().transpose());
  };
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
