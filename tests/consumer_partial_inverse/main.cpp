// The partial inverse of a matrix of one's own, and of factors of one's own, against Eigen's singular value
// decomposition. Ends with 1 where they differ.
#include <Eigen/SVD>
#include <cmath>
#include <cstdio>

#include "physgrad/linalg/factored_jacobian.hpp"
#include "physgrad/linalg/partial_inverse.hpp"

namespace {

using namespace physgrad;

Vector by_svd(const Matrix& j, const Vector& g, double kappa, double tau) {
  const Eigen::JacobiSVD<Matrix> svd(j, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Vector& s = svd.singularValues();
  const Vector factors = (s.array() > tau * s[0]).select(s.array().pow(-kappa), 0.0);
  return svd.matrixV() * factors.cwiseProduct(svd.matrixU().transpose() * g);
}

bool agrees(const char* what, JacobianOperator& jacobian, const Matrix& j) {
  const Vector g = Vector::LinSpaced(j.rows(), -1, 1);
  bool good = true;
  for (const double kappa : {0.5, 1.0}) {
    PartialInverseOptions options;
    options.kappa = kappa;
    options.tau = 1e-4;
    const PartialInverseResult result = partial_inverse(jacobian, g, options);
    const Vector expected = by_svd(j, g, kappa, options.tau);
    const double error = (result.direction - expected).norm() / expected.norm();
    std::printf("%s, kappa %.1f: kernel %s, error %.1e\n", what, kappa, result.kernel.c_str(), error);
    good = good && error < 1e-8;
  }
  return good;
}

/// A layer of 3 inputs and 4 outputs, applied to each of 5 samples, which have 2 rows each.
bool factors_agree() {
  constexpr Index samples = 5, per_sample = 2, rows = samples * per_sample;
  const std::vector<Block> blocks = {{.inputs = 3, .outputs = 4, .weights = 0, .biases = 12}};
  const Matrix inputs = Matrix::Random(3, samples), sensitivities = Matrix::Random(4, rows);
  FactoredJacobian jacobian(blocks, samples, per_sample, [&](Index first, Index count, std::vector<Factor>& out) {
    out.resize(1);
    out[0].sensitivities = sensitivities.middleCols(first, count);
    out[0].inputs = &inputs;
  });
  Matrix j(rows, 16);
  for (Index r = 0; r < rows; ++r)
    for (Index o = 0; o < 4; ++o) {
      j.block(r, 3 * o, 1, 3) = sensitivities(o, r) * inputs.col(r / per_sample).transpose();
      j(r, 12 + o) = sensitivities(o, r);
    }
  return agrees("factors", jacobian, j);
}

}  // namespace

int main() {
  const Matrix j = Matrix::Random(12, 30);
  DenseJacobian jacobian(j);
  const bool matrix = agrees("matrix", jacobian, j);
  return factors_agree() && matrix ? 0 : 1;
}
