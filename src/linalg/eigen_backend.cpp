#include "physgrad/linalg/eigen_backend.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>

namespace physgrad {
namespace {

class EigenBackend final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "eigen"; }

  // Eigen 3.4.0's BDCSVD returns NaN, and reads outside of its arrays, on matrices whose singular values cluster at
  // round-off.
  [[nodiscard]] std::span<const SvdDriver> svd_drivers() const override { return {}; }
  [[nodiscard]] bool svd(SvdDriver /*driver*/, MatrixBlock /*a*/, MatrixBlock /*u*/, VectorBlock /*s*/,
                         MatrixBlock /*vt*/) const override {
    return false;
  }
  [[nodiscard]] bool svd(SvdDriver /*driver*/, BasicMatrixBlock<float> /*a*/, BasicMatrixBlock<float> /*u*/,
                         BasicVectorBlock<float> /*s*/, BasicMatrixBlock<float> /*vt*/) const override {
    return false;
  }
  // jacobi_svd(): the working copy, its QR and the long factor; R, its transpose, the rotations and their sorted
  // copies.
  [[nodiscard]] double svd_bytes(Index rows, Index cols) const override {
    const auto small = static_cast<double>(std::min(rows, cols)), large = static_cast<double>(std::max(rows, cols));
    return 8 * (3 * small * large + 6 * small * small + 28 * large);
  }

  void qr(MatrixBlock a, VectorBlock scales) const override {
    const Eigen::HouseholderQR<Matrix> qr(a);
    a = qr.matrixQR();
    scales = qr.hCoeffs();
  }
  void apply_q(const ConstMatrixBlock& qr, const ConstVectorBlock& scales, bool transposed,
               VectorBlock x) const override {
    const Index count = scales.size();
    for (Index step = 0; step < count; ++step) {
      const Index k = transposed ? step : count - 1 - step;
      const Index tail = qr.rows() - k - 1;
      const double projection = scales[k] * (x[k] + qr.col(k).tail(tail).dot(x.tail(tail)));
      x[k] -= projection;
      x.tail(tail) -= projection * qr.col(k).tail(tail);
    }
  }

  [[nodiscard]] bool symmetric_eigen(MatrixBlock a, VectorBlock values) const override {
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(a);
    values = solver.eigenvalues();
    a = solver.eigenvectors();
    return solver.info() == Eigen::Success;
  }
  [[nodiscard]] bool tridiagonal_eigen(VectorBlock diagonal, VectorBlock subdiagonal,
                                       MatrixBlock vectors) const override {
    // Eigen 3.4 takes a subdiagonal entry for zero below eps times the root of its neighbours' size: that is round-off
    // of a matrix of order one only.
    const double largest = std::max(diagonal.lpNorm<Eigen::Infinity>(), subdiagonal.lpNorm<Eigen::Infinity>());
    const double unit = largest > 0 && std::isfinite(largest) ? std::ldexp(1.0, -std::ilogb(largest)) : 1.0;
    Eigen::SelfAdjointEigenSolver<Matrix> solver;
    solver.computeFromTridiagonal(unit * diagonal, unit * subdiagonal);
    diagonal = solver.eigenvalues() / unit;
    vectors = solver.eigenvectors();
    return solver.info() == Eigen::Success;
  }
  [[nodiscard]] bool cholesky(MatrixBlock a) const override {
    const Eigen::LLT<MatrixBlock> factor(a);
    return factor.info() == Eigen::Success;
  }

  void gram(const ConstMatrixBlock& a, bool transposed, MatrixBlock gram) const override {
    if (transposed)
      gram.noalias() = a.transpose() * a;
    else
      gram.noalias() = a * a.transpose();
  }
  void multiply(const ConstMatrixBlock& a, bool transposed, const ConstMatrixBlock& b,
                MatrixBlock product) const override {
    if (transposed)
      product.noalias() = a.transpose() * b;
    else
      product.noalias() = a * b;
  }
};

}  // namespace

const Backend& eigen_backend() {
  static const EigenBackend instance;
  return instance;
}

}  // namespace physgrad
