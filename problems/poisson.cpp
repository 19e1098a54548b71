// The Poisson problem on N x N = `points`^2 interior points of a square, u = 0 around them, unit distance between
// points:
//   (Lap u)_ij = u_{i-1,j} + u_{i+1,j} + u_{i,j-1} + u_{i,j+1} - 4 u_ij.
// A field is a column of N^2 numbers, u_ij at i + N j. `direction` says which way the simulator goes:
//   laplacian  y = Lap x; the network learns to solve the Poisson problem, the inverse simulator solves it exactly;
//   solve      Lap y = x; the network learns the Laplacian of y, the inverse simulator applies it.
// Solved by the sine transform S_jk = sqrt(2 / (N+1)) sin(pi j k / (N+1)), which is its own inverse and diagonalises
// Lap: eigenvalues -4 sin^2(pi k / 2(N+1)) - 4 sin^2(pi l / 2(N+1)). Lap is symmetric, hence its own adjoint.
//
// Data: x* = periodic random field, sum over the wave vectors k != 0 of the N x N grid (in cycles, at most N/2) of
// |k|^(-2 smoothness) (a_k cos + b_k sin), a, b ~ N(0,1), scaled to mean 0 and standard deviation 1 over the grid.
// Target = input = P(x*), reference = x*. L = 1/2 sum over samples and points of (y - y*)^2, not divided by the batch
// size; curves show it per sample. y determines all of x: the condition number is 32 for N = 8, 441 for N = 32.
// Sources: Schnell, Holl, Thuerey, ICLR 2022 (arXiv 2203.10131) and its code (N = 8, `laplacian`, smoothness 1, new
// data at every step; here a fixed set); `solve`: Holl, Koltun, Thuerey, NeurIPS 2022 (arXiv 2109.15048), there on
// 64 x 64 with a convolutional network.
#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <string>
#include <utility>

#include "physgrad/core/problem.hpp"

namespace physgrad::problems {
namespace {

using FieldMap = std::function<Matrix(const Matrix&)>;  // [N^2 x B] -> [N^2 x B], linear and symmetric

Matrix laplacian(const Matrix& fields, Index points) {
  Matrix result = -4.0 * fields;
  for (Index s = 0; s < fields.cols(); ++s) {
    const Eigen::Map<const Matrix> u(fields.col(s).data(), points, points);
    Eigen::Map<Matrix> lap(result.col(s).data(), points, points);
    lap.topRows(points - 1) += u.bottomRows(points - 1);
    lap.bottomRows(points - 1) += u.topRows(points - 1);
    lap.leftCols(points - 1) += u.rightCols(points - 1);
    lap.rightCols(points - 1) += u.leftCols(points - 1);
  }
  return result;
}

class PoissonSolver {
 public:
  explicit PoissonSolver(Index points) : points_(points), sines_(points, points), eigenvalues_(points * points) {
    const double angle = std::numbers::pi / static_cast<double>(points + 1);
    const auto one_axis = [&](Index k) {
      return 4.0 * std::pow(std::sin(0.5 * angle * static_cast<double>(k + 1)), 2);
    };
    for (Index k = 0; k < points; ++k)
      for (Index j = 0; j < points; ++j) {
        sines_(j, k) = std::sqrt(2.0 / static_cast<double>(points + 1)) *
                       std::sin(angle * static_cast<double>((j + 1) * (k + 1) % (2 * (points + 1))));
        eigenvalues_[j + points * k] = -one_axis(j) - one_axis(k);
      }
  }

  /// u with Lap u = f, per column.
  [[nodiscard]] Matrix solve(Matrix f) const {
    transform(f);
    f.array().colwise() /= eigenvalues_.array();
    transform(f);
    return f;
  }

 private:
  // F -> S F S per field: F -> (S F)^T twice, so that each pass is one product for the whole batch.
  void transform(Matrix& fields) const {
    Matrix half(points_, points_ * fields.cols());
    for (int axis = 0; axis < 2; ++axis) {
      half.noalias() = sines_ * Eigen::Map<const Matrix>(fields.data(), points_, half.cols());
      for (Index s = 0; s < fields.cols(); ++s)
        Eigen::Map<Matrix>(fields.col(s).data(), points_, points_) = half.middleCols(s * points_, points_).transpose();
    }
  }

  Index points_;
  Matrix sines_;
  Vector eigenvalues_;  // in the order of a field
};

class SymmetricMap final : public Simulator {
 public:
  SymmetricMap(Index size, FieldMap map) : size_(size), map_(std::move(map)) {}

  [[nodiscard]] Index controls() const override { return size_; }
  [[nodiscard]] Index outputs() const override { return size_; }
  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& /*context*/) const override { return map_(x); }
  [[nodiscard]] LinearizationPtr linearize(const Matrix& x, const Matrix& /*context*/) const override {
    return make_linearization(map_(x), map_, map_);
  }

 private:
  Index size_;
  FieldMap map_;
};

class ExactInverse final : public InverseSimulator {
 public:
  ExactInverse(Index size, FieldMap map) : size_(size), map_(std::move(map)) {}
  [[nodiscard]] Matrix invert(const Matrix& y_target, const Matrix& /*x_near*/, const Matrix& /*context*/,
                              Costs& /*costs*/) const override {
    return map_(y_target);
  }
  // A copy, its transform and the result, of fields with as many numbers as `size_`.
  [[nodiscard]] double work_bytes(Index samples) const override { return 24.0 * static_cast<double>(samples * size_); }

 private:
  Index size_;
  FieldMap map_;
};

// What random coefficients [2 N^2] are multiplied with to give a smooth periodic field [N^2].
Matrix smooth_basis(Index points, double smoothness) {
  Matrix basis = Matrix::Zero(points * points, 2 * points * points);
  const double turn = 2.0 * std::numbers::pi / static_cast<double>(points);
  for (Index mode = 1; mode < points * points; ++mode) {
    const Index k = mode % points, l = mode / points;
    const auto signed_wave = [points](Index m) { return static_cast<double>(2 * m < points ? m : m - points); };
    const double weight = std::pow(signed_wave(k) * signed_wave(k) + signed_wave(l) * signed_wave(l), -smoothness);
    for (Index n = 0; n < points * points; ++n) {
      const double phase = turn * static_cast<double>((k * (n % points) + l * (n / points)) % points);
      basis(n, 2 * mode) = weight * std::cos(phase);
      basis(n, 2 * mode + 1) = weight * std::sin(phase);
    }
  }
  return basis;
}

Matrix smooth_fields(Rng& rng, const Matrix& basis, Index count) {
  Matrix coefficients(basis.cols(), count);
  for (double& value : coefficients.reshaped()) value = rng.normal();
  Matrix fields = basis * coefficients;
  for (Index s = 0; s < count; ++s) {
    fields.col(s).array() -= fields.col(s).mean();
    fields.col(s) *= std::sqrt(static_cast<double>(fields.rows()) / fields.col(s).squaredNorm());
  }
  return fields;
}

/// Along the middle of the square, with the walls, where the potential is 0 (a source has no value there).
struct Section {
  Index points;
  bool walls;

  [[nodiscard]] ViewLine of(const VectorRef& field, const char* label = "") const {
    ViewLine line{label};
    const auto add = [&](Index i, double value) {
      line.x.push_back(static_cast<double>(i));
      line.y.push_back(value);
    };
    if (walls) add(0, 0.0);
    for (Index i = 0; i < points; ++i) add(i + 1, field[i + points * (points / 2)]);
    if (walls) add(points + 1, 0.0);
    return line;
  }
};

std::vector<View> sections(Index points, bool forward, std::shared_ptr<const Simulator> simulator) {
  const auto frame = [&](bool potential) {
    return ViewFrame{
        .name = potential ? "potential" : "source",
        .title = potential ? "potential along the middle of the square" : "source along the middle of the square",
        .x_label = "position [distance of two points]",
        .y_label = potential ? "u [1]" : "Lap u [1]"};
  };
  const Section of_x{points, forward}, of_y{points, !forward};
  View control{frame(forward)}, state{frame(!forward)};
  control.lines = [of_x](const Matrix& x, const Batch&) { return std::vector{of_x.of(x.col(0))}; };
  control.reference = [of_x](const Batch& batch) { return std::vector{of_x.of(batch.reference.col(0), "reference")}; };
  state.lines = [of_y, simulator = std::move(simulator)](const Matrix& x, const Batch& batch) {
    return std::vector{of_y.of(simulator->run(x, batch.context).col(0))};
  };
  state.reference = [of_y](const Batch& batch) { return std::vector{of_y.of(batch.target.col(0), "target")}; };
  return {control, state};
}

Problem build(const Settings& settings) {
  const Index points = settings.integer("points"), size = points * points;
  const FieldMap apply = [points](const Matrix& u) { return laplacian(u, points); };
  const FieldMap solve = [solver = PoissonSolver(points)](const Matrix& f) { return solver.solve(f); };
  const bool forward = settings.text("direction") == "laplacian";
  Problem problem;
  problem.simulator = std::make_shared<SymmetricMap>(size, forward ? apply : solve);
  problem.inverse = std::make_shared<ExactInverse>(size, forward ? solve : apply);
  problem.loss = std::make_shared<SquaredLoss>(0.5, OverBatch::sum);
  const auto basis = std::make_shared<const Matrix>(smooth_basis(points, settings.real("smoothness")));
  problem.input = {1, points, points};
  problem.sample = [basis, simulator = problem.simulator](Rng& rng, Index count) {
    const Matrix x = smooth_fields(rng, *basis, count);
    const Matrix y = simulator->run(x, {});
    return Batch{y, Matrix(0, count), y, x};
  };
  problem.x_error = [](const Batch& batch, const Matrix& x) {
    return Vector((x - batch.reference).colwise().lpNorm<1>().transpose());
  };
  problem.x_error_determined = problem.x_error;
  problem.views = sections(points, forward, problem.simulator);
  return problem;
}

}  // namespace

ProblemDefinition poisson() {
  ProblemDefinition definition;
  definition.summary = "solve the Poisson problem on a square, taught by the Laplacian alone; or the other way round";
  definition.citation = "Schnell, Holl, Thuerey, Half-Inverse Gradients, ICLR 2022 (arXiv 2203.10131), and its code";
  definition.determined = "all of x";
  definition.settings = {
      integer_setting("points", 8, 2, 32, "interior points along each side"),
      choice_setting("direction", "laplacian", {"laplacian", "solve"}, "the simulator: y = Lap x, or Lap y = x"),
      real_setting("smoothness", 1.0, 0.0, 10.0, "amplitudes of the random fields fall as |k|^(-2 smoothness)"),
  };
  definition.build = build;
  definition.idle = [](const std::string& key, const Settings&) {
    return std::string(key == "anchor" ? "one control alone has the wanted state" : "");
  };
  return definition;
}

}  // namespace physgrad::problems
