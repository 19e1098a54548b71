// Fit two functions of t at once, one of them seen through a badly chosen unit: the simulator is y = (x_1, lambda x_2),
// the target (sin 6t, cos 9t), L = (1/B) sum 1/2 |y - y*|^2. Small lambda makes the second output nearly invisible to
// the gradient and asks the network for values of size 1 / lambda; a method that is robust to scaling should not mind.
//
// The target is not scaled along: with lambda cos 9t instead, the second part could cost at most lambda^2 / 4, and the
// published losses after training at lambda = 0.01 (0.24 for Adam, about the mean of 1/2 cos^2) could not arise.
// Data: t uniform on [-1, 1]; input = t, reference = (sin 6t, cos 9t / lambda). Inverse: exact; y determines all of x.
// Source: Schnell, Holl, Thuerey, ICLR 2022 (arXiv 2203.10131), toy example, and Physics-based Deep Learning, chapter
// on half-inverse gradients.
#include <cmath>
#include <string>
#include <utility>

#include "physgrad/core/problem.hpp"

namespace physgrad::problems {
namespace {

class ScalingSimulator final : public Simulator {
 public:
  explicit ScalingSimulator(double lambda) : lambda_(lambda) {}

  [[nodiscard]] Index controls() const override { return 2; }
  [[nodiscard]] Index outputs() const override { return 2; }
  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& /*context*/) const override { return scaled(x, lambda_); }

  [[nodiscard]] LinearizationPtr linearize(const Matrix& x, const Matrix& context) const override {
    const auto product = [lambda = lambda_](const Matrix& v) { return scaled(v, lambda); };
    return make_linearization(run(x, context), product, product);  // the Jacobian is diagonal, hence symmetric
  }

 private:
  static Matrix scaled(const Matrix& x, double lambda) {
    Matrix y = x;
    y.row(1) *= lambda;
    return y;
  }

  double lambda_;
};

class ScalingInverse final : public InverseSimulator {
 public:
  explicit ScalingInverse(double lambda) : lambda_(lambda) {}
  [[nodiscard]] Matrix invert(const Matrix& y_target, const Matrix& /*x_near*/, const Matrix& /*context*/,
                              Costs& /*costs*/) const override {
    Matrix x = y_target;
    x.row(1) /= lambda_;
    return x;
  }
  [[nodiscard]] double work_bytes(Index samples) const override { return 16.0 * static_cast<double>(samples); }

 private:
  double lambda_;
};

/// One output of the simulator over t, of every held-out sample.
View fit_view(std::shared_ptr<const Simulator> simulator, Index output) {
  View view{{.name = "fit-" + std::to_string(output + 1),
             .title = output == 0 ? "fit of sin 6t" : "fit of cos 9t, which lambda scales",
             .x_label = "t [1]",
             .y_label = "y_" + std::to_string(output + 1) + " [1]",
             .of_all_samples = true}};
  view.lines = [simulator = std::move(simulator), output](const Matrix& x, const Batch& batch) {
    const Matrix y = simulator->run(x, batch.context);
    return std::vector{sorted_line(batch.input.row(0).transpose(), y.row(output).transpose())};
  };
  view.reference = [output](const Batch& batch) {
    return std::vector{sorted_line(batch.input.row(0).transpose(), batch.target.row(output).transpose(), "target")};
  };
  return view;
}

Problem build(const Settings& settings) {
  const double lambda = settings.real("lambda");
  Problem problem;
  problem.simulator = std::make_shared<ScalingSimulator>(lambda);
  problem.inverse = std::make_shared<ScalingInverse>(lambda);
  problem.loss = std::make_shared<SquaredLoss>(0.5);
  problem.input = {1};
  problem.sample = [inverse = problem.inverse](Rng& rng, Index count) {
    const Matrix t = rng.uniform_matrix(1, count, -1.0, 1.0);
    Matrix target(2, count);
    target << (6.0 * t).array().sin(), (9.0 * t).array().cos();
    return Batch{t, Matrix(0, count), target, invert_uncounted(*inverse, target, target, {})};
  };
  problem.x_error = [](const Batch& batch, const Matrix& x) {
    return Vector((x - batch.reference).colwise().lpNorm<1>().transpose());
  };
  problem.x_error_determined = problem.x_error;
  problem.views = {fit_view(problem.simulator, 0), fit_view(problem.simulator, 1)};
  return problem;
}

}  // namespace

ProblemDefinition scaled_fit() {
  ProblemDefinition definition;
  definition.summary = "fit sin 6t and cos 9t with a small network; lambda scales the second output";
  definition.citation = "Schnell, Holl, Thuerey, Half-Inverse Gradients, ICLR 2022 (arXiv 2203.10131), toy example";
  definition.determined = "all of x";
  definition.settings = {
      real_setting("lambda", 1.0, 1e-6, 1e6, "scale of the second output; published: 1 and 0.01"),
  };
  definition.build = build;
  definition.idle = [](const std::string& key, const Settings&) {
    return std::string(key == "anchor" ? "one control alone has the wanted state" : "");
  };
  return definition;
}

}  // namespace physgrad::problems
