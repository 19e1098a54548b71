#include "physgrad/physics/burgers_inverse.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "physgrad/physics/real_fourier.hpp"

namespace physgrad {
namespace {

class ColeHopfInverse final : public InverseSimulator {
 public:
  ColeHopfInverse(std::shared_ptr<const Simulator> simulator, const BurgersSetting& burgers, double delta)
      : simulator_(std::move(simulator)),
        fourier_(burgers.points),
        wave_number_(burgers.wave_numbers()),
        nu_(burgers.nu),
        duration_(burgers.duration),
        derivative_(fourier_.odd_filter(wave_number_)) {
    Vector inverse_number = Vector::Zero(wave_number_.size());  // the mean has no antiderivative; it is removed before
    inverse_number.tail(inverse_number.size() - 1) = -wave_number_.tail(inverse_number.size() - 1).cwiseInverse();
    antiderivative_ = fourier_.odd_filter(inverse_number);
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

class BackwardMarch final : public InverseSimulator {
 public:
  BackwardMarch(std::shared_ptr<const Simulator> simulator, const BurgersSetting& burgers,
                BackwardMarchSettings settings)
      : simulator_(std::move(simulator)),
        steps_(burgers.steps),
        dt_(burgers.duration / static_cast<double>(burgers.steps)),
        corrections_(settings.corrections) {
    const RealFourier fourier(burgers.points);
    const Vector q = burgers.wave_numbers();
    const double squared_cutoff = -std::log(settings.cutoff) / (burgers.nu * burgers.duration);
    const Eigen::ArrayXd squared = q.array().square();
    const Eigen::ArrayXd growth =
        burgers.nu * squared * (1.0 - (squared / squared_cutoff).pow(static_cast<double>(settings.order - 1)));
    half_ = fourier.even_filter((0.5 * dt_ * growth).exp());
    flux_ = 0.5 * fourier.odd_filter(q);
  }

  [[nodiscard]] Matrix invert(const Matrix& y_target, const Matrix& /*x_near*/, const Matrix& context,
                              Costs& costs) const override {
    const Matrix first = march(y_target, costs);
    Matrix x = first, best = first;
    Vector smallest = Vector::Constant(x.cols(), std::numeric_limits<double>::infinity());
    for (Index n = 0; n <= corrections_; ++n) {
      const Matrix y = simulate(*simulator_, x, context, costs);
      for (Index i = 0; i < x.cols(); ++i)
        if (const double residual = (y.col(i) - y_target.col(i)).norm(); residual < smallest[i]) {
          smallest[i] = residual;
          best.col(i) = x.col(i);
        }
      if (n < corrections_) x += first - march(y, costs);
    }
    return best;
  }
  // The first march, x, the best, y, and the intermediate states of a march or what a correction adds.
  [[nodiscard]] double work_bytes(Index samples) const override {
    return 8.0 * static_cast<double>(samples * (12 * half_.cols() + 1));
  }

 private:
  [[nodiscard]] Matrix advection(const Matrix& w) const { return flux_ * w.array().square().matrix(); }

  // Runge-Kutta 4 of exp(-G tau) w: with E = exp(G dt / 2), stages from w, E(w + dt/2 k1), E w + dt/2 k2, E(E w + dt
  // k3).
  [[nodiscard]] Matrix march(Matrix w, Costs& costs) const {
    costs.simulations += static_cast<double>(w.cols());
    costs.flops += static_cast<double>(w.cols()) * simulator_->operations();
    for (Index n = 0; n < steps_; ++n) {
      const Matrix moved = half_ * w;
      Matrix sum = half_ * advection(w);  // k1, seen from the middle of the step
      Matrix k = advection(moved + 0.5 * dt_ * sum);
      sum += 2.0 * k;
      k = advection(moved + 0.5 * dt_ * k);
      sum += 2.0 * k;
      k = advection(half_ * (moved + dt_ * k));
      w = half_ * (moved + dt_ / 6.0 * sum) + dt_ / 6.0 * k;
    }
    return w;
  }

  std::shared_ptr<const Simulator> simulator_;
  Index steps_;
  double dt_;
  Index corrections_;
  Matrix half_, flux_;
};

class TimeReversed final : public InverseSimulator {
 public:
  TimeReversed(std::shared_ptr<const Simulator> simulator, std::shared_ptr<const InverseSimulator> inner)
      : simulator_(std::move(simulator)), inner_(std::move(inner)) {}

  [[nodiscard]] Matrix invert(const Matrix& y_target, const Matrix& /*x_near*/, const Matrix& context,
                              Costs& costs) const override {
    const Matrix start = -simulate(*simulator_, -y_target, context, costs);
    return inner_->invert(y_target, start, context, costs);
  }
  [[nodiscard]] double work_bytes(Index samples) const override {
    return inner_->work_bytes(samples) + 8.0 * static_cast<double>(samples * simulator_->controls());
  }

 private:
  std::shared_ptr<const Simulator> simulator_;
  std::shared_ptr<const InverseSimulator> inner_;
};

}  // namespace

Vector BurgersSetting::wave_numbers() const {
  const Index modes = points / 2 + 1;
  return Vector::LinSpaced(modes, 0.0, static_cast<double>(modes - 1)) * (2.0 * std::numbers::pi / length);
}

std::shared_ptr<const InverseSimulator> cole_hopf_inverse(std::shared_ptr<const Simulator> simulator,
                                                          const BurgersSetting& burgers, double delta) {
  return std::make_shared<ColeHopfInverse>(std::move(simulator), burgers, delta);
}

std::shared_ptr<const InverseSimulator> backward_march_inverse(std::shared_ptr<const Simulator> simulator,
                                                               const BurgersSetting& burgers,
                                                               BackwardMarchSettings settings) {
  return std::make_shared<BackwardMarch>(std::move(simulator), burgers, settings);
}

std::shared_ptr<const InverseSimulator> time_reversed_inverse(std::shared_ptr<const Simulator> simulator,
                                                              std::shared_ptr<const InverseSimulator> inner) {
  return std::make_shared<TimeReversed>(std::move(simulator), std::move(inner));
}

}  // namespace physgrad
