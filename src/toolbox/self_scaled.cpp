#include "physgrad/toolbox/self_scaled.hpp"

#include <algorithm>
#include <cmath>

#include "physgrad/toolbox/wolfe_line.hpp"

namespace physgrad {
namespace {

// h b is at least one (Cauchy-Schwarz), and is one where y is along H^-1 s: every member of the class is the same then.
constexpr double kParallel = 1e-12;

class SelfScaledMethod final : public Method {
 public:
  SelfScaledMethod(SelfScaled kind, long trials) : kind_(kind), line_(trials) {}

  void update(Evaluation& at, const StepLimits& /*limits*/, Vector& out, StepReport& /*report*/) override {
    const Vector gradient = at.gradient();
    const double before = at.loss();
    out = Vector::Zero(gradient.size());
    if (!gradient.allFinite()) {
      out.setConstant(std::nan(""));
      return;
    }
    if (gradient.isZero(0.0)) return;
    bool fresh = inverse_.size() == 0;
    {
      const PhaseScope scope(at.clock(), Phase::update);
      direct(at, gradient, fresh);
    }
    // Without curvature a step of length one is as good a guess as any.
    const double first = fresh ? 1 / std::max(1.0, direction_.norm()) : 1.0;
    Trial trial(at, true);
    WolfeLine::Point point;
    if (!line_.search(trial, before, gradient.dot(direction_), direction_, first, point)) {
      inverse_.resize(0, 0);  // theta stays, and the next step is along the gradient
      return;
    }
    out = point.length * direction_;
    const PhaseScope scope(at.clock(), Phase::update);
    learn(at, gradient, point, out, fresh);
  }
  // H and its update's products; directions, gradients and the trial.
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& /*limits*/) const override {
    const auto n = static_cast<double>(sizes.parameters);
    return 8 * (n * n + 8 * n) + Trial::bytes(sizes, true);
  }

 private:
  // direction_ = -H g; H starts anew where that leads upwards.
  void direct(Evaluation& at, const Vector& gradient, bool& fresh) {
    const auto n = static_cast<double>(gradient.size());
    if (!fresh) {
      direction_.noalias() = -(inverse_ * gradient);
      at.costs().flops += 2 * n * n;
      if (direction_.dot(gradient) < 0) return;
      fresh = true;
    }
    inverse_ = Matrix::Identity(gradient.size(), gradient.size());
    direction_ = -gradient;
  }

  void learn(Evaluation& at, const Vector& gradient, const WolfeLine::Point& point, const Vector& s, bool fresh) {
    const Vector y = point.gradient - gradient;
    const double curvature = y.dot(s);
    if (!(curvature > 1e-14 * y.norm() * s.norm())) {
      if (fresh) inverse_.resize(0, 0);  // the first pair that is kept is the first
      return;
    }
    // The first matrix has the size that the first step shows (Nocedal & Wright, equation 6.20).
    if (fresh) inverse_.diagonal().setConstant(curvature / y.squaredNorm());
    const double h = y.dot(inverse_ * y) / curvature;
    // s^T H^-1 s: of the first matrix, which was scaled since, directly.
    const double b =
        (fresh ? s.squaredNorm() * y.squaredNorm() / curvature : -point.length * s.dot(gradient)) / curvature;
    update_inverse_hessian(s, y, kind_ == SelfScaled::broyden ? ss_broyden(h, b, s.size()) : ss_bfgs(b), inverse_);
    const auto n = static_cast<double>(s.size());
    at.costs().flops += 10 * n * n;
  }

  SelfScaled kind_;
  WolfeLine line_;
  Matrix inverse_;
  Vector direction_;
};

}  // namespace

SelfScaling ss_bfgs(double b) { return {.scale = std::min(1.0, 1 / b), .phi = 1}; }

SelfScaling ss_broyden(double h, double b, Index n) {
  const double a = b * h - 1;
  if (!(a > kParallel)) return ss_bfgs(b);
  const double c = std::sqrt(a / (1 + a));
  const double rho = std::min(1.0, h * (1 - c));
  const double least = (rho - 1) / a, most = 1 / rho;
  const double theta = std::max(least, std::min(most, (1 - b) / b));
  const double sigma = 1 + theta * a;
  const double root = n > 1 ? std::pow(std::abs(sigma), 1 / (1 - static_cast<double>(n))) : 1.0;
  const double own = std::min(1.0, 1 / b);
  const double scale = theta > 0 ? own * std::min(root, 1 / theta) : std::min(own * root, sigma);
  return {.scale = scale, .phi = (1 - theta) / (1 + a * theta)};
}

void update_inverse_hessian(const Vector& s, const Vector& y, const SelfScaling& scaling, Matrix& h) {
  const Vector hy = h * y;
  const double curvature = y.dot(s), size = y.dot(hy);
  const Vector v = s / curvature - hy / size;
  for (Index j = 0; j < h.cols(); ++j)
    h.col(j) =
        (h.col(j) - (hy[j] / size) * hy + (scaling.phi * size * v[j]) * v) / scaling.scale + (s[j] / curvature) * s;
}

MethodDefinition self_scaled_method(SelfScaled kind) {
  const bool broyden = kind == SelfScaled::broyden;
  return {.summary = broyden
                         ? "self-scaled Broyden: quasi-Newton with a dense inverse Hessian and a strong Wolfe search"
                         : "self-scaled BFGS: quasi-Newton with a dense inverse Hessian and a strong Wolfe search",
          .citation =
              "Al-Baali, J. Optim. Theory Appl. 1998; Urban, Stefanou, Pons, J. Comput. Phys. 2025 (arXiv 2405.04230)",
          .composition = {},
          .settings = {tuned(integer_setting("batch", 4096, 1, 1e6, "samples per update"), {.low = 64, .high = 4096}),
                       integer_setting("trials", 20, 1, 100, "lengths tried a step")},
          .build =
              [kind](const Settings& settings) {
                return std::make_unique<SelfScaledMethod>(kind, settings.integer("trials"));
              },
          .needs = {"gradient"}};
}

}  // namespace physgrad
