// Reconstruct the initial velocity of Burgers' equation u_t + u u_x = nu u_xx, nu = 0.01 / (128 pi), from the velocity
// at t = 0.5. No network: the unknown initial state is optimised from zero.
//
// N = `points` cells on the periodic interval [-1, 1], cell i centred at -1 + (i + 1/2) dx, dx = 2 / N; dt = 1/32, 16
// steps (of the source's 32 only those up to the observation matter). One step, indices modulo N:
//   diffusion  d_i = u_i + nu dt / dx^2 (u_{i-1} - 2 u_i + u_{i+1})                        (explicit)
//   advection  u_i <- (1 - w) d_j + w d_{j+1},  j = floor(p), w = p - j, p = i - d_i dt / dx  (semi-Lagrangian, linear)
// The slope of the interpolation in p makes P piecewise smooth. L = (1/N) sum (u_16 - target)^2, gradient descent
// rate 5. Target: `target_file`, JSON {"values": [N numbers]}; without one, the simulator applied to -sin(pi x).
// Inverse: damped Gauss-Newton (physics/control_inverse.hpp); P loses information where characteristics merge, which
// depends on the state: there is no x_error_determined.
// Source: Physics-based Deep Learning (arXiv 2109.05237), Burgers optimisation with a differentiable physics gradient.
#include <bit>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>
#include <vector>

#include "physgrad/core/problem.hpp"
#include "physgrad/physics/control_inverse.hpp"

namespace physgrad::problems {
namespace {

constexpr Index steps = 16;

// What the derivatives of one step need: source cells, weights, and d(u_new_i)/d(d_i) by way of the foot point.
struct StepRecord {
  Eigen::Matrix<Index, Eigen::Dynamic, Eigen::Dynamic> left;
  Matrix weight, slope;
};

class SemiLagrangian {
 public:
  explicit SemiLagrangian(Index points) : points_(points) {
    const double dx = 2.0 / static_cast<double>(points), dt = 1.0 / 32.0;
    courant_ = dt / dx;
    diffusion_ = 0.01 / (128.0 * std::numbers::pi) * dt / (dx * dx);
  }
  [[nodiscard]] Index points() const { return points_; }

  // Symmetric, hence also its own adjoint.
  [[nodiscard]] Matrix diffuse(const Matrix& u) const {
    Matrix d(u.rows(), u.cols());
    for (Index i = 0; i < points_; ++i)
      d.row(i) = (1.0 - 2.0 * diffusion_) * u.row(i) + diffusion_ * (u.row(cell(i - 1)) + u.row(cell(i + 1)));
    return d;
  }

  [[nodiscard]] Matrix advect(const Matrix& d, StepRecord& record) const {
    record.left.resize(d.rows(), d.cols());
    record.weight.resize(d.rows(), d.cols());
    record.slope.resize(d.rows(), d.cols());
    Matrix u(d.rows(), d.cols());
    for (Index s = 0; s < d.cols(); ++s)
      for (Index i = 0; i < points_; ++i) {
        const double foot = static_cast<double>(i) - d(i, s) * courant_, base = std::floor(foot);
        // A diverged state has no cell to read from: the weight becomes NaN or infinite and marks the result.
        const bool readable = std::abs(base) < 1e15;
        const Index left = readable ? cell(static_cast<Index>(base)) : 0, right = cell(left + 1);
        const double weight = foot - base;
        record.left(i, s) = left;
        record.weight(i, s) = weight;
        record.slope(i, s) = -courant_ * (d(right, s) - d(left, s));
        u(i, s) = readable ? (1.0 - weight) * d(left, s) + weight * d(right, s) : std::nan("");
      }
    return u;
  }

  [[nodiscard]] Matrix advect_jvp(const StepRecord& record, const Matrix& dd) const {
    Matrix du(dd.rows(), dd.cols());
    for (Index s = 0; s < dd.cols(); ++s)
      for (Index i = 0; i < points_; ++i) {
        const Index left = record.left(i, s);
        const double weight = record.weight(i, s);
        du(i, s) = (1.0 - weight) * dd(left, s) + weight * dd(cell(left + 1), s) + record.slope(i, s) * dd(i, s);
      }
    return du;
  }

  [[nodiscard]] Matrix advect_vjp(const StepRecord& record, const Matrix& w) const {
    Matrix d_bar = record.slope.cwiseProduct(w);
    for (Index s = 0; s < w.cols(); ++s)
      for (Index i = 0; i < points_; ++i) {
        const Index left = record.left(i, s);
        const double weight = record.weight(i, s);
        d_bar(left, s) += (1.0 - weight) * w(i, s);
        d_bar(cell(left + 1), s) += weight * w(i, s);
      }
    return d_bar;
  }

 private:
  [[nodiscard]] Index cell(Index i) const { return ((i % points_) + points_) % points_; }

  Index points_;
  double courant_, diffusion_;
};

class ReconstructionSimulator final : public Simulator {
 public:
  explicit ReconstructionSimulator(Index points) : scheme_(points) {}

  [[nodiscard]] Index controls() const override { return scheme_.points(); }
  [[nodiscard]] Index outputs() const override { return scheme_.points(); }
  [[nodiscard]] double operations() const override { return 16.0 * static_cast<double>(steps * scheme_.points()); }
  [[nodiscard]] double linearization_bytes(Index samples) const override {
    return 8.0 * static_cast<double>((3 * steps + 3) * scheme_.points() * samples);
  }

  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& /*context*/) const override {
    Matrix u = x;
    StepRecord record;
    for (Index n = 0; n < steps; ++n) u = scheme_.advect(scheme_.diffuse(u), record);
    return u;
  }

  [[nodiscard]] LinearizationPtr linearize(const Matrix& x, const Matrix& /*context*/) const override {
    const auto records = std::make_shared<std::vector<StepRecord>>(static_cast<std::size_t>(steps));
    Matrix u = x;
    for (StepRecord& record : *records) u = scheme_.advect(scheme_.diffuse(u), record);
    const auto jvp = [records, scheme = scheme_](const Matrix& v) {
      Matrix du = v;
      for (const StepRecord& record : *records) du = scheme.advect_jvp(record, scheme.diffuse(du));
      return du;
    };
    const auto vjp = [records, scheme = scheme_](const Matrix& w) {
      Matrix u_bar = w;
      for (std::size_t n = records->size(); n-- > 0;) u_bar = scheme.diffuse(scheme.advect_vjp((*records)[n], u_bar));
      return u_bar;
    };
    return make_linearization(u, jvp, vjp);
  }

 private:
  SemiLagrangian scheme_;
};

Vector read_target(const std::string& file, Index points) {
  std::ifstream stream(file);
  // A directory opens like a file and only fails to be read.
  if (!stream || std::filesystem::is_directory(file))
    throw UsageError("burgers-reconstruction: cannot read target_file '" + file + "'; expected a readable file");
  const auto json = nlohmann::json::parse(stream, nullptr, false);
  const std::string expected = "expected JSON {\"values\": [" + std::to_string(points) + " numbers]}";
  const std::string where = "burgers-reconstruction: target_file '" + file + "': " + expected;
  if (json.is_discarded()) throw UsageError(where + ", got no valid JSON");
  if (!json.is_object() || !json.contains("values") || !json["values"].is_array())
    throw UsageError(where + ", got no array 'values'");
  const auto& values = json["values"];
  if (values.size() != static_cast<std::size_t>(points))
    throw UsageError(where + ", got " + std::to_string(values.size()) + " values (the setting `points` must match)");
  Vector target(points);
  for (Index i = 0; i < points; ++i) {
    const auto& value = values[static_cast<std::size_t>(i)];
    if (!value.is_number()) throw UsageError(where + ", got " + value.type_name() + " at index " + std::to_string(i));
    target[i] = value.get<double>();
  }
  return target;
}

// Of the numbers' bits: equal data have one name wherever their file lies and however it is written.
std::string digest(const Matrix& values) {
  std::uint64_t hash = 0;
  for (const double value : values.reshaped()) hash = mix_bits(hash, std::bit_cast<std::uint64_t>(value));
  return std::to_string(hash);
}

Problem build(const Settings& settings) {
  const Index points = settings.integer("points");
  const std::string& file = settings.text("target_file");
  Problem problem;
  problem.simulator = std::make_shared<ReconstructionSimulator>(points);
  problem.inverse = control_inverse(problem.simulator);
  problem.loss = std::make_shared<SquaredLoss>(1.0 / static_cast<double>(points));
  problem.start = Vector::Zero(points);
  problem.piecewise_smooth = true;
  Matrix reference(0, 1);
  Matrix target;
  if (file.empty()) {
    const double pi = std::numbers::pi;
    // -sin(pi x) at the cell centres x = -1 + (2 i + 1) / N is sin(pi (2 i + 1) / N).
    reference =
        (pi / static_cast<double>(points) * (2.0 * Vector::LinSpaced(points, 0.0, double(points - 1)).array() + 1.0))
            .sin();
    target = problem.simulator->run(reference, {});
    problem.x_error = [](const Batch& batch, const Matrix& x) {
      return Vector((x - batch.reference).colwise().lpNorm<1>().transpose());
    };
  } else {
    target = read_target(file, points);
    problem.data_digest = digest(target);
  }
  problem.path_settings = {"target_file"};
  problem.sample = [reference, target](Rng&, Index count) {
    return Batch{Matrix(0, count), Matrix(0, count), target.replicate(1, count), reference.replicate(1, count)};
  };
  const double half = 1.0 / static_cast<double>(points);
  const Vector centres = Vector::LinSpaced(points, half - 1.0, 1.0 - half);
  const auto frame = [](const char* name, const char* title) {
    return ViewFrame{.name = name, .title = title, .x_label = "position [1]", .y_label = "velocity [1]"};
  };
  problem.views = {control_view(frame("initial-velocity", "initial velocity"), centres),
                   state_view(frame("observed-velocity", "velocity at t = 0.5"), problem.simulator, centres)};
  return problem;
}

}  // namespace

ProblemDefinition burgers_reconstruction() {
  ProblemDefinition definition;
  definition.summary = "optimise the initial velocity of Burgers' equation from an observation at t = 0.5; no network";
  definition.citation = "Thuerey et al., Physics-based Deep Learning (arXiv 2109.05237), Burgers optimisation";
  definition.settings = {
      integer_setting("points", 128, 3, 4096, "number of cells N"),
      text_setting("target_file", "",
                   "JSON {\"values\": [...]} with the observation; empty: simulated from -sin(pi x)"),
  };
  definition.build = build;
  return definition;
}

}  // namespace physgrad::problems
