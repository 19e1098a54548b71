#pragma once
// A joint Jacobian of the catalogue with the answer that kernels of the partial inverse are held against.
#include <string>
#include <vector>

#include "physgrad/linalg/thin_svd.hpp"
#include "physgrad/update/joint_jacobian.hpp"
#include "scene.hpp"

namespace physgrad::kernels_bench {

/// The default of the setting `accuracy`, which runs have.
inline constexpr double kAccuracy = 1e-4;

/// Where J is given; what the tables of docs/partial-inverse.md have.
inline constexpr double kGivenTau = 1e-6;

/// The full SVD of the largest size takes ten minutes: there the estimate of the kernel has to do as a check.
inline constexpr Index kReferenceRows = 1024;

/// A way to the partial inverse, `name` as cases call it.
struct Contender {
  std::string name, kernel, precision;

  /// kappa = 1/2 at this truncation, with the accuracy of runs.
  [[nodiscard]] PartialInverseOptions options(double tau) const;
};

/// `auto`, every kernel, and those that work in single precision again so.
[[nodiscard]] std::vector<Contender> contenders();

/// A batch, its joint Jacobian J [rows x cols] as an operator, g = dL/dy, and the reference answer, built when it is
/// first asked for.
class JacobianScene {
 public:
  JacobianScene(const Catalogue& catalogue, const std::string& problem, Index batch);
  // The evaluation refers to its neighbours.
  JacobianScene(const JacobianScene&) = delete;
  JacobianScene& operator=(const JacobianScene&) = delete;

  [[nodiscard]] Index rows() { return evaluation_.rows(); }
  [[nodiscard]] Index cols() const { return scene_.network().parameters(); }
  [[nodiscard]] const Vector& gradient() const { return gradient_; }
  /// J itself; a copy.
  [[nodiscard]] Matrix dense() { return JointJacobian(evaluation_).dense(); }

  /// The evaluation keeps what it computed: only what the kernel adds is timed.
  [[nodiscard]] PartialInverseResult invert(const PartialInverseOptions& options);

  /// V S^{-kappa} U^T g by the singular value decomposition of J in double precision. Throws std::runtime_error where
  /// that does not reproduce J.
  [[nodiscard]] Vector reference(double kappa, double tau);

 private:
  void decompose();

  Scene scene_;
  Meter meter_;
  Evaluation evaluation_;
  Vector gradient_;
  ThinSvd svd_;
};

}  // namespace physgrad::kernels_bench
