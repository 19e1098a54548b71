// y = (x0, x1^2), L = |y|^2, start (3, 3): the smallest problem on which gradient descent, Newton's method and the
// inverse simulator take visibly different paths. No network: the control is optimised directly. Source: Physics-based
// Deep Learning, chapter "Scale-Invariance and Inversion".
#include <cmath>

#include "physgrad/core/problem.hpp"

namespace physgrad::problems {
namespace {

class QuadraticSimulator final : public Simulator {
 public:
  [[nodiscard]] Index controls() const override { return 2; }
  [[nodiscard]] Index outputs() const override { return 2; }

  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& /*context*/) const override {
    Matrix y = x;
    y.row(1) = x.row(1).array().square();
    return y;
  }

  [[nodiscard]] LinearizationPtr linearize(const Matrix& x, const Matrix& context) const override {
    const auto product = [slope = Matrix(2.0 * x.row(1))](const Matrix& v) {
      Matrix result = v;
      result.row(1).array() *= slope.array();
      return result;
    };
    return make_linearization(run(x, context), product, product);  // the Jacobian is diagonal, hence symmetric
  }
};

/// Where in the plane of x it ends; the minimum is at 0.
View end_view(const Vector& start) {
  View view{
      {.name = "control", .title = "control at the end", .x_label = "x_0 [1]", .y_label = "x_1 [1]", .plane = true}};
  const auto mark = [](const char* label, const Vector& x) {
    return ViewLine{label, {x[0]}, {x[1]}, ViewLine::Form::points};
  };
  view.lines = [mark](const Matrix& x, const Batch&) { return std::vector{mark("", x.col(0))}; };
  view.reference = [mark, start](const Batch& batch) {
    return std::vector{mark("start", start), mark("target", batch.reference.col(0))};
  };
  return view;
}

class QuadraticInverse final : public InverseSimulator {
 public:
  // The branch of the square root that x_near lies on; outside the range of P the closest y is 0.
  [[nodiscard]] Matrix invert(const Matrix& y_target, const Matrix& x_near, const Matrix& /*context*/,
                              Costs& /*costs*/) const override {
    Matrix x = y_target;
    for (Index i = 0; i < x.cols(); ++i)
      x(1, i) = std::copysign(std::sqrt(std::max(0.0, y_target(1, i))), x_near(1, i));
    return x;
  }
  [[nodiscard]] double work_bytes(Index samples) const override { return 16.0 * static_cast<double>(samples); }
};

}  // namespace

ProblemDefinition quadratic() {
  ProblemDefinition definition;
  definition.summary = "y = (x0, x1^2), minimise |y|^2 from (3, 3); no network";
  definition.citation = "Thuerey et al., Physics-based Deep Learning (arXiv 2109.05237), scale-invariance chapter";
  definition.build = [](const Settings&) {
    Problem problem;
    problem.simulator = std::make_shared<QuadraticSimulator>();
    problem.inverse = std::make_shared<QuadraticInverse>();
    problem.start = Vector::Constant(2, 3.0);
    problem.sample = [](Rng&, Index count) {
      return Batch{Matrix(0, count), Matrix(0, count), Matrix::Zero(2, count), Matrix::Zero(2, count)};
    };
    // The reference is 0, so that no error is relative to it.
    problem.x_error = [](const Batch&, const Matrix& x) { return Vector(x.colwise().lpNorm<1>().transpose()); };
    problem.views = {end_view(problem.start)};
    return problem;
  };
  return definition;
}

}  // namespace physgrad::problems
