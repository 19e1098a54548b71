#pragma once
// Internal to linalg: the few LAPACK and BLAS calls the kernels use, on one thread. Every function returns false, with
// its outputs unspecified, where the library was built without LAPACK or the routine reports a failure; the caller then
// takes its Eigen path.
#include "physgrad/linalg/jacobian_operator.hpp"

namespace physgrad::lapack {

[[nodiscard]] bool available();

enum class SvdDriver { divide_and_conquer, qr_iteration };
/// a = u diag(s) v^T, thin, s descending. Destroys a. Fastest where rows >= cols.
[[nodiscard]] bool svd(SvdDriver driver, Matrix& a, Matrix& u, Vector& s, Matrix& vt);
[[nodiscard]] bool svd(SvdDriver driver, Eigen::MatrixXf& a, Eigen::MatrixXf& u, Eigen::VectorXf& s,
                       Eigen::MatrixXf& vt);

/// Householder QR of a tall a [rows >= cols]: R in the upper triangle, reflectors below, their scales in `scales`.
[[nodiscard]] bool qr(Matrix& a, Vector& scales);
/// x := Q x, or Q^T x, for the Q of qr(); x [rows].
[[nodiscard]] bool apply_q(const Matrix& qr, const Vector& scales, bool transposed, Vector& x);

/// Symmetric eigendecomposition of the lower triangle of a: a becomes the eigenvectors, values ascend.
[[nodiscard]] bool symmetric_eigen(Matrix& a, Vector& values);

/// gram := a a^T, or a^T a, both triangles filled.
[[nodiscard]] bool gram(const Matrix& a, bool transposed, MatrixBlock gram);

using ConstBlock = Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>;
/// c += alpha op(a) op(b), op the transpose where its flag is set.
[[nodiscard]] bool add_product(double alpha, const ConstBlock& a, bool transpose_a, const ConstBlock& b,
                               bool transpose_b, MatrixBlock c);

/// product := a b, or a^T b.
[[nodiscard]] bool multiply(const Matrix& a, bool transposed, const Matrix& b, Matrix& product);

/// Cholesky factor of a symmetric positive definite a, in its lower triangle; false where a is not positive definite.
[[nodiscard]] bool cholesky(Matrix& a);

}  // namespace physgrad::lapack
