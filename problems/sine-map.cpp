// A two-dimensional map with adjustable conditioning:
//   xh = R_phi x,   P(x) = (sin(10 xh_1 / xi), 10 xi xh_2),   R_phi = [cos -sin; sin cos].
// xi >= 1 makes the first output flat and the second steep, phi mixes both directions in every control; the sine gives
// every target infinitely many solutions. The network maps y* to x; targets U[-1, 1]^2. L = (1/B) sum 1/2 |y - y*|^2.
//
// Inverse: exact, and the closest solution in x. R_phi keeps distances, so that the parts are inverted one by one:
// xh_2 = y_2 / (10 xi); for the first, with s = asin y_1 (y_1 outside [-1, 1] clamped: the closest y), the angle among
// s + 2 pi k and pi - s + 2 pi k that is nearest to the present one. Error in x: distance to the closest solution,
// which is what y determines; relative to that of x = 0. Source: Holl, Koltun, Thuerey, NeurIPS 2022 (arXiv 2109.15048)
// and its code, whose xi = 10 and phi = 45 degrees are the defaults here; the paper varies both. New targets at every
// step there, a fixed set here.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "physgrad/core/problem.hpp"

namespace physgrad::problems {
namespace {

constexpr double pi = std::numbers::pi;

struct SineMap {
  double xi;
  Eigen::Matrix2d rotation;

  SineMap(double conditioning, double degrees) : xi(conditioning) {
    const double angle = degrees * pi / 180.0;
    rotation << std::cos(angle), -std::sin(angle), std::sin(angle), std::cos(angle);
  }
  [[nodiscard]] double flat() const { return 10.0 / xi; }
  [[nodiscard]] double steep() const { return 10.0 * xi; }
};

class SineMapSimulator final : public Simulator {
 public:
  explicit SineMapSimulator(SineMap map) : map_(std::move(map)) {}

  [[nodiscard]] Index controls() const override { return 2; }
  [[nodiscard]] Index outputs() const override { return 2; }

  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& /*context*/) const override {
    Matrix y = map_.rotation * x;
    y.row(0) = (map_.flat() * y.row(0)).array().sin();
    y.row(1) *= map_.steep();
    return y;
  }

  [[nodiscard]] LinearizationPtr linearize(const Matrix& x, const Matrix& context) const override {
    // J = diag(slopes) R_phi.
    Matrix slopes(2, x.cols());
    slopes.row(0) = map_.flat() * (map_.flat() * (map_.rotation.row(0) * x)).array().cos();
    slopes.row(1).setConstant(map_.steep());
    const auto jvp = [map = map_, slopes](const Matrix& v) -> Matrix { return slopes.cwiseProduct(map.rotation * v); };
    const auto vjp = [map = map_, slopes](const Matrix& w) -> Matrix {
      return map.rotation.transpose() * slopes.cwiseProduct(w);
    };
    return make_linearization(run(x, context), jvp, vjp);
  }

 private:
  SineMap map_;
};

// The angle with sine y that is nearest to `near`.
double nearest_angle(double y, double near) {
  const double first = std::asin(std::clamp(y, -1.0, 1.0));
  const auto closest = [near](double angle) { return angle + 2.0 * pi * std::round((near - angle) / (2.0 * pi)); };
  const double rising = closest(first), falling = closest(pi - first);
  return std::abs(rising - near) <= std::abs(falling - near) ? rising : falling;
}

class SineMapInverse final : public InverseSimulator {
 public:
  explicit SineMapInverse(SineMap map) : map_(std::move(map)) {}

  [[nodiscard]] Matrix invert(const Matrix& y_target, const Matrix& x_near, const Matrix& /*context*/,
                              Costs& /*costs*/) const override {
    Matrix turned = map_.rotation * x_near;
    for (Index i = 0; i < turned.cols(); ++i)
      turned(0, i) = nearest_angle(y_target(0, i), map_.flat() * turned(0, i)) / map_.flat();
    turned.row(1) = y_target.row(1) / map_.steep();
    return map_.rotation.transpose() * turned;
  }
  [[nodiscard]] double work_bytes(Index samples) const override { return 32.0 * static_cast<double>(samples); }

 private:
  SineMap map_;
};

/// One output where the network's x leads, over what it should be, of the first held-out samples.
View reached_view(std::shared_ptr<const Simulator> simulator, Index output) {
  static constexpr Index most = 100;  // marks that can be told apart
  const std::string number = std::to_string(output + 1);
  View view{{.name = "reached-" + number,
             .title = "reached over wanted, " + std::string(output == 0 ? "flat" : "steep") + " output",
             .x_label = "y*_" + number + " [1]",
             .y_label = "y_" + number + " [1]",
             .of_all_samples = true}};
  view.lines = [simulator = std::move(simulator), output](const Matrix& x, const Batch& batch) {
    const Index count = std::min(most, x.cols());
    const Matrix y = simulator->run(x.leftCols(count), batch.context.leftCols(count));
    ViewLine line = sorted_line(batch.target.row(output).head(count).transpose(), y.row(output).transpose());
    line.form = ViewLine::Form::points;
    return std::vector{line};
  };
  view.reference = [output](const Batch& batch) {
    const Vector wanted = batch.target.row(output).head(std::min(most, batch.size())).transpose();
    return std::vector{sorted_line(wanted, wanted, "y = y*")};
  };
  return view;
}

Problem build(const Settings& settings) {
  const SineMap map(settings.real("xi"), settings.real("phi"));
  Problem problem;
  problem.simulator = std::make_shared<SineMapSimulator>(map);
  problem.inverse = std::make_shared<SineMapInverse>(map);
  problem.loss = std::make_shared<SquaredLoss>(0.5);
  problem.input = {2};
  problem.sample = [](Rng& rng, Index count) {
    const Matrix target = rng.uniform_matrix(2, count, -1.0, 1.0);
    return Batch{target, Matrix(0, count), target, Matrix(0, count)};
  };
  problem.x_error = [inverse = problem.inverse](const Batch& batch, const Matrix& x) {
    return Vector((invert_uncounted(*inverse, batch.target, x, batch.context) - x).colwise().norm().transpose());
  };
  problem.x_error_determined = problem.x_error;
  problem.views = {reached_view(problem.simulator, 0), reached_view(problem.simulator, 1)};
  return problem;
}

}  // namespace

ProblemDefinition sine_map() {
  ProblemDefinition definition;
  definition.summary = "invert a sine beside a steep line, rotated against the controls; xi sets the conditioning";
  definition.citation =
      "Holl, Koltun, Thuerey, Scale-invariant Learning by Physics Inversion, NeurIPS 2022 (arXiv 2109.15048)";
  definition.determined = "x up to the choice of one of infinitely many solutions: the closest counts";
  definition.settings = {
      real_setting("xi", 10.0, 1e-3, 1e3, "conditioning: slopes are 10 / xi and 10 xi"),
      real_setting("phi", 45.0, -360.0, 360.0, "rotation of the controls, degrees"),
  };
  definition.build = build;
  return definition;
}

}  // namespace physgrad::problems
