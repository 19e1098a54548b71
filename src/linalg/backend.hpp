#pragma once
// Who does the dense decompositions and products of linalg: a library, chosen by name at run time. What the project
// does itself (Jacobi rotations, reductions to a band, decompositions in krylov's small subspaces) is made of
// these or runs on the host.
#include <span>
#include <string_view>
#include <vector>

#include "physgrad/core/types.hpp"

namespace physgrad {

/// Matrices and vectors to be read or written, or blocks of them: columns are contiguous.
template <class Scalar>
using BasicMatrixBlock = Eigen::Ref<Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>, 0, Eigen::OuterStride<>>;
template <class Scalar>
using BasicVectorBlock = Eigen::Ref<Eigen::Matrix<Scalar, Eigen::Dynamic, 1>>;
using MatrixBlock = BasicMatrixBlock<double>;
using VectorBlock = BasicVectorBlock<double>;
using ConstMatrixBlock = Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>;
using ConstVectorBlock = Eigen::Ref<const Vector>;

enum class SvdDriver { divide_and_conquer, qr_iteration };

/// Stateless: one object serves everybody. Outputs have their sizes already; arrays do not overlap.
class Backend {
 public:
  virtual ~Backend() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// How many threads the library behind it may take from now on, in all of the process; returns the number before.
  /// Where it has but one, nothing happens.
  virtual int use_threads(int /*threads*/) const { return 1; }

  /// The singular value decompositions it has besides jacobi_svd(), which is everybody's; the fastest first.
  [[nodiscard]] virtual std::span<const SvdDriver> svd_drivers() const = 0;
  /// a = u diag(s) v^T, thin, s descending; a [m x n], u [m x r], s [r], vt [r x n], r = min(m, n). Destroys a. Fastest
  /// where m >= n. False, with outputs unspecified, where it failed.
  [[nodiscard]] virtual bool svd(SvdDriver driver, MatrixBlock a, MatrixBlock u, VectorBlock s,
                                 MatrixBlock vt) const = 0;
  [[nodiscard]] virtual bool svd(SvdDriver driver, BasicMatrixBlock<float> a, BasicMatrixBlock<float> u,
                                 BasicVectorBlock<float> s, BasicMatrixBlock<float> vt) const = 0;
  /// Bytes that thin_svd() of a matrix in double precision holds beside it.
  [[nodiscard]] virtual double svd_bytes(Index rows, Index cols) const = 0;

  /// Householder QR of a tall a [rows >= cols]: R in the upper triangle; reflector k has a leading 1 and its tail below
  /// the diagonal of column k, its scale in `scales` [cols].
  virtual void qr(MatrixBlock a, VectorBlock scales) const = 0;
  /// x := Q x, or Q^T x, for the Q of qr(); x [rows].
  virtual void apply_q(const ConstMatrixBlock& qr, const ConstVectorBlock& scales, bool transposed,
                       VectorBlock x) const = 0;

  /// Symmetric eigendecomposition of the lower triangle of a: a becomes the eigenvectors, values [n] ascend. False
  /// where no method converged.
  [[nodiscard]] virtual bool symmetric_eigen(MatrixBlock a, VectorBlock values) const = 0;
  /// Eigendecomposition of a symmetric tridiagonal matrix: `diagonal` [n] becomes the eigenvalues, ascending, `vectors`
  /// [n x n] the eigenvectors; destroys `subdiagonal` [n - 1]. False where no method converged.
  [[nodiscard]] virtual bool tridiagonal_eigen(VectorBlock diagonal, VectorBlock subdiagonal,
                                               MatrixBlock vectors) const = 0;
  /// Cholesky factor of a symmetric positive definite a, in its lower triangle; false where a is not positive definite.
  [[nodiscard]] virtual bool cholesky(MatrixBlock a) const = 0;

  /// gram := a a^T, or a^T a, both triangles filled.
  virtual void gram(const ConstMatrixBlock& a, bool transposed, MatrixBlock gram) const = 0;
  /// product := a b, or a^T b.
  virtual void multiply(const ConstMatrixBlock& a, bool transposed, const ConstMatrixBlock& b,
                        MatrixBlock product) const = 0;
};

/// So many threads for a back end's library while this lives; for one it has not even to be there.
class BackendThreads {
 public:
  BackendThreads(const Backend& backend, int threads)
      : backend_(backend), before_(threads > 1 ? backend.use_threads(threads) : 0) {}
  ~BackendThreads() {
    if (before_ > 0) backend_.use_threads(before_);
  }
  BackendThreads(const BackendThreads&) = delete;
  BackendThreads& operator=(const BackendThreads&) = delete;

 private:
  const Backend& backend_;
  int before_;
};

/// `lapack` where it was built, else `eigen`.
[[nodiscard]] const Backend& default_backend();
/// eigen, lapack, or debug, which wraps the default. Throws std::invalid_argument for another name, and for one that
/// was not built into this program.
[[nodiscard]] const Backend& backend(std::string_view name);
/// Those that were built.
[[nodiscard]] std::vector<std::string_view> backend_names();

}  // namespace physgrad
