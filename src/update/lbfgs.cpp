#include "physgrad/update/lbfgs.hpp"

#include <cmath>
#include <deque>

namespace physgrad {
namespace {

class Lbfgs final : public Method {
 public:
  explicit Lbfgs(const Settings& settings)
      : rate_(settings.real("rate")),
        history_(static_cast<std::size_t>(settings.integer("history"))),
        trials_(settings.integer("trials")) {}

  void update(Evaluation& at, const StepLimits& /*limits*/, Vector& out, StepReport& /*report*/) override {
    const Vector gradient = at.gradient();
    const double before = at.loss();
    Vector direction;
    {
      const PhaseScope scope(at.clock(), Phase::update);
      direction = -inverse_hessian_times(gradient);
      if (!(direction.dot(gradient) < 0)) {
        pairs_.clear();
        direction = -first_scale(gradient) * gradient;
      }
    }
    const double slope = direction.dot(gradient);
    double length = pairs_.empty() ? 1.0 : rate_;
    for (long trial = 0; trial < trials_; ++trial, length /= 2) {
      out = length * direction;
      there_ = at.theta() + out;
      Evaluation moved(at.problem(), there_, at.batch(), at.clock(), true, rounding);
      // Armijo's condition with the customary 1e-4. NaN fails it.
      if (!(moved.loss() <= before + 1e-4 * length * slope)) continue;
      remember(out, moved.gradient() - gradient);
      return;
    }
    pairs_.clear();
    out = Vector::Zero(gradient.size());
  }
  // The pairs, and gradients, direction and trial; the evaluation of a trial.
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& /*limits*/) const override {
    const auto vectors = static_cast<double>(2 * history_ + 5);
    return 8.0 * static_cast<double>(sizes.parameters) * vectors + sizes.evaluation_bytes;
  }

 private:
  struct Pair {
    Vector s, y;
    double curvature;  // s.y
  };

  /// Without curvature a step of length `rate` is as good a guess as any.
  [[nodiscard]] double first_scale(const Vector& gradient) const {
    const double norm = gradient.norm();
    return norm > 0 ? rate_ / std::max(1.0, norm) : 0.0;
  }

  /// The two-loop recursion.
  [[nodiscard]] Vector inverse_hessian_times(const Vector& gradient) const {
    if (pairs_.empty()) return first_scale(gradient) * gradient;
    Vector q = gradient;
    std::vector<double> alpha(pairs_.size());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      alpha[i] = pairs_[i].s.dot(q) / pairs_[i].curvature;
      q -= alpha[i] * pairs_[i].y;
    }
    q *= pairs_.back().curvature / pairs_.back().y.squaredNorm();
    for (std::size_t i = 0; i < pairs_.size(); ++i)
      q += (alpha[i] - pairs_[i].y.dot(q) / pairs_[i].curvature) * pairs_[i].s;
    return q;
  }

  void remember(const Vector& s, Vector y) {
    const double curvature = s.dot(y);
    if (!(curvature > 1e-10 * s.norm() * y.norm())) return;
    if (pairs_.size() == history_) pairs_.pop_front();
    pairs_.push_back({s, std::move(y), curvature});
  }

  double rate_;
  std::size_t history_;
  long trials_;
  std::deque<Pair> pairs_;
  Vector there_;
};

}  // namespace

std::vector<SettingSpec> lbfgs_settings() {
  return {real_setting("rate", 1.0, 0, 1e12, "length of step that the line search tries first"),
          integer_setting("history", 10, 1, 1000, "pairs of steps and gradient differences kept"),
          integer_setting("trials", 10, 1, 100, "lengths tried a step, each half of the one before")};
}

std::unique_ptr<Method> make_lbfgs(const Settings& settings) { return std::make_unique<Lbfgs>(settings); }

}  // namespace physgrad
