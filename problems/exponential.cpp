// y = exp(x) for one number x: the slope of the simulator, and with it the gradient, varies by exp(12) over the data.
// Learn y* -> x. Data: x* ~ U[-12, 0], target = input = exp(x*), reference = x*. L = 1/2 sum over the batch of
// (y - y*)^2, not divided by its size; curves show it per sample.
//
// Inverse: x = log y. For y <= 0, which no x reaches, the Newton step towards y = 0: x_near - 1. Error in x: |x - x*|;
// y, given to 16 digits of its own size, determines x. Source: Holl, Koltun, Thuerey, NeurIPS 2022 (arXiv 2109.15048)
// and its code; new data at every step there, a fixed set here.
#include <cmath>
#include <string>

#include "physgrad/core/problem.hpp"

namespace physgrad::problems {
namespace {

class ExponentialSimulator final : public Simulator {
 public:
  [[nodiscard]] Index controls() const override { return 1; }
  [[nodiscard]] Index outputs() const override { return 1; }
  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& /*context*/) const override { return x.array().exp(); }

  [[nodiscard]] LinearizationPtr linearize(const Matrix& x, const Matrix& context) const override {
    const Matrix y = run(x, context);  // also the slope
    const auto product = [y](const Matrix& v) -> Matrix { return y.cwiseProduct(v); };
    return make_linearization(y, product, product);
  }
};

class ExponentialInverse final : public InverseSimulator {
 public:
  [[nodiscard]] Matrix invert(const Matrix& y_target, const Matrix& x_near, const Matrix& /*context*/,
                              Costs& /*costs*/) const override {
    return y_target.binaryExpr(x_near, [](double y, double x) { return y > 0.0 ? std::log(y) : x - 1.0; });
  }
  [[nodiscard]] double work_bytes(Index samples) const override { return 8.0 * static_cast<double>(samples); }
};

/// What the network makes of every y* of the held-out samples, beside the logarithm.
View map_view() {
  View view{{.name = "logarithm",
             .title = "learned logarithm",
             .x_label = "y* [1]",
             .y_label = "x [1]",
             .log_x = true,
             .of_all_samples = true}};
  view.lines = [](const Matrix& x, const Batch& batch) {
    return std::vector{sorted_line(batch.target.row(0).transpose(), x.row(0).transpose())};
  };
  view.reference = [](const Batch& batch) {
    return std::vector{sorted_line(batch.target.row(0).transpose(), batch.reference.row(0).transpose(), "log y*")};
  };
  return view;
}

}  // namespace

ProblemDefinition exponential() {
  ProblemDefinition definition;
  definition.summary = "learn the logarithm from the exponential function, over twelve powers of e";
  definition.citation =
      "Holl, Koltun, Thuerey, Scale-invariant Learning by Physics Inversion, NeurIPS 2022 (arXiv 2109.15048)";
  definition.determined = "all of x";
  definition.build = [](const Settings&) {
    Problem problem;
    problem.simulator = std::make_shared<ExponentialSimulator>();
    problem.inverse = std::make_shared<ExponentialInverse>();
    problem.loss = std::make_shared<SquaredLoss>(0.5, OverBatch::sum);
    problem.input = {1};
    problem.sample = [](Rng& rng, Index count) {
      const Matrix x = rng.uniform_matrix(1, count, -12.0, 0.0), y = x.array().exp();
      return Batch{y, Matrix(0, count), y, x};
    };
    problem.x_error = [](const Batch& batch, const Matrix& x) {
      return Vector((x - batch.reference).colwise().lpNorm<1>().transpose());
    };
    problem.x_error_determined = problem.x_error;
    problem.views = {map_view()};
    return problem;
  };
  definition.idle = [](const std::string& key, const Settings&) {
    return std::string(key == "anchor" ? "the logarithm of the wanted state is the only control that has it" : "");
  };
  return definition;
}

}  // namespace physgrad::problems
