#include "physgrad/physics/control_inverse.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "physgrad/linalg/backend.hpp"

namespace physgrad {
namespace {

// A symmetric eigendecomposition with vectors takes about 9 m^3 operations (Golub & Van Loan 2013, 8.3).
constexpr double kEigenFlops = 9;

// K = J J^T = V diag(values) V^T of one sample, kept so that every trial damping costs a product only.
struct SampleModel {
  Matrix vectors;
  Vector values;
  Vector residual;  // in the basis of the eigenvectors

  SampleModel(const MatrixRef& jacobian, const VectorRef& r) {
    static const Backend& eigen = backend("eigen");  // which is the faster one on a handful of rows
    vectors = jacobian * jacobian.transpose();
    values.resize(vectors.rows());
    (void)eigen.symmetric_eigen(vectors, values);  // what did not converge is rejected by the residual
    residual = vectors.transpose() * r;
  }

  // (K + damping * largest)^{-1} r, without the directions that the control cannot reach.
  [[nodiscard]] Vector weights(double damping, double truncation) const {
    const double largest = std::max(values[values.size() - 1], 0.0);
    // Below 1e-15 the eigenvalues of K are round-off whatever the truncation.
    const double smallest = std::max(truncation * truncation, 1e-15) * largest;
    Vector scaled = Vector::Zero(values.size());
    for (Index k = 0; k < values.size(); ++k)
      if (values[k] > smallest) scaled[k] = residual[k] / (values[k] + damping * largest);
    return vectors * scaled;
  }
};

// The columns still being iterated, compacted so that finished samples cost nothing.
struct Active {
  std::vector<Index> columns;  // where they live in the full batch
  Matrix x, y, target, context;
  std::vector<double> damping;

  [[nodiscard]] Index size() const { return static_cast<Index>(columns.size()); }
  [[nodiscard]] double residual(Index i) const { return (target.col(i) - y.col(i)).norm(); }

  void keep(const std::vector<Index>& which) {
    x = Matrix(x(Eigen::all, which));
    y = Matrix(y(Eigen::all, which));
    target = Matrix(target(Eigen::all, which));
    context = Matrix(context(Eigen::all, which));
    for (std::size_t i = 0; i < which.size(); ++i) {
      columns[i] = columns[static_cast<std::size_t>(which[i])];
      damping[i] = damping[static_cast<std::size_t>(which[i])];
    }
    columns.resize(which.size());
    damping.resize(which.size());
  }
};

class ControlInverse final : public InverseSimulator {
 public:
  ControlInverse(std::shared_ptr<const Simulator> simulator, ControlInverseSettings settings)
      : simulator_(std::move(simulator)), settings_(settings) {}

  [[nodiscard]] Matrix invert(const Matrix& y_target, const Matrix& x_near, const Matrix& context,
                              Costs& costs) const override {
    Matrix result = x_near;
    Active active{{}, x_near, simulate(*simulator_, x_near, context, costs), y_target, context, {}};
    for (Index i = 0; i < x_near.cols(); ++i) active.columns.push_back(i);
    active.damping.assign(active.columns.size(), 0.0);
    std::vector<bool> moved(active.columns.size(), true);
    for (int n = 0; n < settings_.iterations; ++n) {
      drop_finished(active, moved);
      if (active.size() == 0) break;
      moved = iterate(active, costs);
      for (Index i = 0; i < active.size(); ++i)
        result.col(active.columns[static_cast<std::size_t>(i)]) = active.x.col(i);
    }
    return result;
  }

  // While the Jacobians are made, the trajectories and the adjoints they are copied from; then a model a sample, and
  // one trial. Beside them the active samples with a copy of one of their parts, and the result.
  [[nodiscard]] double work_bytes(Index samples) const override {
    const auto dx = static_cast<double>(simulator_->controls()), dy = static_cast<double>(simulator_->outputs());
    const auto count = static_cast<double>(samples);
    const double making = simulator_->linearization_bytes(samples) + 16 * count * dx * dy;
    const double trying = 8 * (count * (dx * dy + dy * dy + 3 * dy + dx) + dx * dy + 3 * dy * dy);
    return std::max(making, trying) + 8 * count * (3 * dx + 5 * dy);
  }

 private:
  // Converged, stuck and non-finite samples leave; a NaN residual fails every comparison.
  void drop_finished(Active& active, const std::vector<bool>& moved) const {
    std::vector<Index> kept;
    for (Index i = 0; i < active.size(); ++i) {
      const double enough = settings_.tolerance * std::max(1.0, active.target.col(i).norm());
      const double residual = active.residual(i);
      if (moved[static_cast<std::size_t>(i)] && std::isfinite(residual) && residual > enough) kept.push_back(i);
    }
    active.keep(kept);
  }

  // One linearisation, then trial steps with growing damping until each sample's residual falls. Returns who moved.
  [[nodiscard]] std::vector<bool> iterate(Active& active, Costs& costs) const {
    const Index dx = simulator_->controls(), dy = simulator_->outputs(), count = active.size();
    const Matrix jacobians = control_jacobians_at(*simulator_, active.x, active.context, costs);
    count_sample_decompositions(count, kEigenFlops * std::pow(static_cast<double>(dy), 3), costs);
    std::vector<bool> moved(static_cast<std::size_t>(count), false);
    std::vector<SampleModel> models;
    std::vector<Index> waiting;
    for (Index i = 0; i < count; ++i) {
      const auto jacobian = jacobians.middleCols(i * dx, dx);
      // The eigenvalue iteration must not see non-finite numbers; such a sample stays where it is.
      if (jacobian.allFinite()) waiting.push_back(i);
      models.emplace_back(jacobian.allFinite() ? Matrix(jacobian) : Matrix::Zero(dy, dx),
                          active.target.col(i) - active.y.col(i));
    }
    for (int trial = 0; trial < settings_.trials && !waiting.empty(); ++trial) {
      Matrix x = active.x(Eigen::all, waiting);
      for (std::size_t k = 0; k < waiting.size(); ++k) {
        const auto i = static_cast<std::size_t>(waiting[k]);
        x.col(static_cast<Index>(k)) += jacobians.middleCols(waiting[k] * dx, dx).transpose() *
                                        models[i].weights(active.damping[i], settings_.truncation);
      }
      waiting = accept(active, x, waiting, moved, costs);
    }
    return moved;
  }

  // Takes over the trial controls that reduce the residual; returns the samples that need more damping.
  [[nodiscard]] std::vector<Index> accept(Active& active, const Matrix& x, const std::vector<Index>& tried,
                                          std::vector<bool>& moved, Costs& costs) const {
    const Matrix y = simulate(*simulator_, x, active.context(Eigen::all, tried), costs);
    std::vector<Index> rejected;
    for (std::size_t k = 0; k < tried.size(); ++k) {
      const Index i = tried[k];
      double& damping = active.damping[static_cast<std::size_t>(i)];
      if ((active.target.col(i) - y.col(static_cast<Index>(k))).norm() < active.residual(i)) {
        active.x.col(i) = x.col(static_cast<Index>(k));
        active.y.col(i) = y.col(static_cast<Index>(k));
        moved[static_cast<std::size_t>(i)] = true;
        damping = damping > 1e-4 ? damping / 10.0 : 0.0;  // undamped steps converge quadratically
      } else {
        damping = std::max(1e-3, 10.0 * damping);
        rejected.push_back(i);
      }
    }
    return rejected;
  }

  std::shared_ptr<const Simulator> simulator_;
  ControlInverseSettings settings_;
};

}  // namespace

std::shared_ptr<const InverseSimulator> control_inverse(std::shared_ptr<const Simulator> simulator,
                                                        ControlInverseSettings settings) {
  return std::make_shared<ControlInverse>(std::move(simulator), settings);
}

}  // namespace physgrad
