#include "jacobian_scene.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "physgrad/linalg/kernel_table.hpp"

namespace physgrad::kernels_bench {

PartialInverseOptions Contender::options(double tau) const {
  PartialInverseOptions options;
  options.tau = tau;
  options.accuracy = kAccuracy;
  options.kernel = kernel;
  options.precision = precision;
  return options;
}

std::vector<Contender> contenders() {
  std::vector<Contender> all = {{"auto", "auto", "double"}};
  for (const std::string& kernel : partial_inverse_kernels()) all.push_back({kernel, kernel, "double"});
  for (const std::string& kernel : single_precision_kernels()) all.push_back({kernel + "-single", kernel, "single"});
  return all;
}

JacobianScene::JacobianScene(const Catalogue& catalogue, const std::string& problem, Index batch)
    : scene_(catalogue, problem, "hig", {}, batch),
      evaluation_(scene_.problem(), scene_.theta, scene_.batch, meter_, true),
      gradient_(evaluation_.loss_gradient().reshaped()) {}

PartialInverseResult JacobianScene::invert(const PartialInverseOptions& options) {
  JointJacobian jacobian(evaluation_);
  return partial_inverse(jacobian, gradient_, options);
}

Vector JacobianScene::reference(double kappa, double tau) {
  if (svd_.values.size() == 0) decompose();
  const Vector& s = svd_.values;
  const double floor = std::numeric_limits<double>::epsilon() * static_cast<double>(cols());
  Vector factors = Vector::Zero(s.size());
  for (Index i = 0; i < s.size(); ++i)
    if (s[i] > std::max(tau, floor) * s[0]) factors[i] = std::pow(s[i], -kappa);
  return svd_.v * factors.cwiseProduct(svd_.u.transpose() * gradient_);
}

void JacobianScene::decompose() {
  const Matrix matrix = dense();
  svd_ = thin_svd(matrix);
  const Matrix identity = Matrix::Identity(svd_.values.size(), svd_.values.size());
  const double defect = std::max({relative_difference(svd_.u * svd_.values.asDiagonal() * svd_.v.transpose(), matrix),
                                  (svd_.u.transpose() * svd_.u - identity).cwiseAbs().maxCoeff(),
                                  (svd_.v.transpose() * svd_.v - identity).cwiseAbs().maxCoeff()});
  if (const std::string failure = verdict("reference SVD", defect, 1e-12); !failure.empty())
    throw std::runtime_error(failure);
}

}  // namespace physgrad::kernels_bench
