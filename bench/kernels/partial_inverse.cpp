// Every kernel of the partial inverse on Jacobians of the published sizes: coupled-oscillators with its network
// 4-20-20-20-24 and batch 32 (128 x 1444), and with 96 controls and batch 128 (512 x 2956). `from=matrix` starts at a
// formed J; `from=network` includes what the kernel needs of the network: J, or its structured Gram matrix.
//
// The label names the kernel that answered. A kernel that misses the asked accuracy of 1e-6 hands over to another, and
// its time then holds both. `svd` shares its decomposition with the reference, so its error reads 0.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>

#include "linalg/thin_svd.hpp"
#include "scene.hpp"
#include "suite.hpp"
#include "update/joint_jacobian.hpp"

namespace physgrad::kernels_bench {
namespace {

/// A batch, its joint Jacobian and the definition's answer, built when the first case needs it.
class JacobianScene {
 public:
  JacobianScene(double steps, Index batch)
      : scene_("coupled-oscillators", "hig", {{"", "", "steps", steps}}, batch),
        evaluation_(scene_.problem(), scene_.theta, scene_.batch, clock_, true),
        matrix_(JointJacobian(evaluation_).dense()),
        gradient_(evaluation_.loss_gradient().reshaped()) {}
  // The evaluation refers to its neighbours.
  JacobianScene(const JacobianScene&) = delete;
  JacobianScene& operator=(const JacobianScene&) = delete;

  [[nodiscard]] Evaluation& evaluation() { return evaluation_; }
  [[nodiscard]] const Matrix& matrix() const { return matrix_; }
  [[nodiscard]] const Vector& gradient() const { return gradient_; }

  /// V S^{-kappa} U^T g from a decomposition that is itself checked: J = U S V^T with orthonormal U and V.
  [[nodiscard]] Vector reference(double kappa, double tau) {
    if (svd_.values.size() == 0) decompose();
    const Vector& s = svd_.values;
    const double floor = std::numeric_limits<double>::epsilon() * static_cast<double>(matrix_.cols());
    Vector factors = Vector::Zero(s.size());
    for (Index i = 0; i < s.size(); ++i)
      if (s[i] > std::max(tau, floor) * s[0]) factors[i] = std::pow(s[i], -kappa);
    return svd_.v * factors.cwiseProduct(svd_.u.transpose() * gradient_);
  }

 private:
  void decompose() {
    svd_ = eigen_svd(matrix_);
    const Matrix identity = Matrix::Identity(svd_.values.size(), svd_.values.size());
    const double defect =
        std::max({relative_difference(svd_.u * svd_.values.asDiagonal() * svd_.v.transpose(), matrix_),
                  (svd_.u.transpose() * svd_.u - identity).cwiseAbs().maxCoeff(),
                  (svd_.v.transpose() * svd_.v - identity).cwiseAbs().maxCoeff()});
    if (const std::string failure = verdict("reference SVD", defect, 1e-12); !failure.empty())
      throw std::runtime_error(failure);
  }

  Scene scene_;
  PhaseClock clock_;
  Evaluation evaluation_;
  Matrix matrix_;
  Vector gradient_;
  ThinSvd svd_;
};

PartialInverseResult invert(JacobianScene& scene, bool from_network, const PartialInverseOptions& options) {
  if (from_network) {
    JointJacobian jacobian(scene.evaluation());
    return partial_inverse(jacobian, scene.gradient(), options);
  }
  DenseJacobian jacobian(scene.matrix());
  return partial_inverse(jacobian, scene.gradient(), options);
}

Prepared prepare(JacobianScene& scene, bool from_network, const PartialInverseOptions& options) {
  const PartialInverseResult result = invert(scene, from_network, options);
  const double error = relative_difference(result.direction, scene.reference(options.kappa, options.tau));
  return {.run = [&scene, from_network,
                  options] { benchmark::DoNotOptimize(invert(scene, from_network, options).direction.data()); },
          .failure = verdict("against the singular value decomposition", error, options.accuracy),
          .label = result.kernel,
          .counters = {{"error", error}, {"kept_rank", static_cast<double>(result.kept_rank)}}};
}

struct PublishedSize {
  const char* name;
  double steps;
  Index batch;
};

void add_size(Suite& suite, const PublishedSize& size) {
  std::vector<std::string> kernels = partial_inverse_kernels();
  kernels.insert(kernels.begin(), "auto");
  const auto shared = std::make_shared<std::unique_ptr<JacobianScene>>();
  for (const double tau : {1e-4, 1e-6, 1e-9})
    for (const std::string& kernel : kernels)
      for (const bool from_network : {true, false})
        suite.add(fmt::format("partial_inverse/{}/tau={:g}/{}/from={}", size.name, tau, kernel,
                              from_network ? "network" : "matrix"),
                  [=] {
                    if (!*shared) *shared = std::make_unique<JacobianScene>(size.steps, size.batch);
                    return prepare(**shared, from_network, {.tau = tau, .kernel = kernel});
                  });
}

}  // namespace

void add_partial_inverses(Suite& suite) {
  add_size(suite, {"128x1444", 24, 32});
  add_size(suite, {"512x2956", 96, 128});
}

}  // namespace physgrad::kernels_bench
