#include "physgrad/linalg/lapack_backend.hpp"

#include <algorithm>

#ifdef PHYSGRAD_HAVE_LAPACK
#include <cblas.h>
#include <lapacke.h>
#include <sys/mman.h>

#include <new>

#include "physgrad/linalg/eigen_backend.hpp"

// OpenBLAS's own; in none of its public headers.
extern "C" {
__attribute__((weak)) void* blas_memory_alloc(int position);
__attribute__((weak)) void blas_memory_free(void* buffer);
}

namespace physgrad {
namespace {

/// Where OpenBLAS finds no room for the buffer that its products work in, it waits for some until the end of days.
/// Asked for first, it is an error that says so, and OpenBLAS keeps it from then on. Its size is that of all x86-64
/// builds.
void take_buffer() {
  constexpr std::size_t kBytes = std::size_t{32} << 22;
  struct NoBuffer final : std::bad_alloc {
    [[nodiscard]] const char* what() const noexcept override {
      return "OpenBLAS needs a buffer of 134 MB, which the limits of memory do not allow";
    }
  };
  void* memory = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw NoBuffer();
  ::munmap(memory, kBytes);
  if (blas_memory_alloc != nullptr && blas_memory_free != nullptr) blas_memory_free(blas_memory_alloc(0));
}

// One thread until somebody asks for more: spinning BLAS threads would disturb everything else.
void start() {
  [[maybe_unused]] static const bool done = [] {
    openblas_set_num_threads(1);
    take_buffer();
    return true;
  }();
}

lapack_int size(Index n) { return static_cast<lapack_int>(n); }

// Of a block's columns; LAPACK wants it positive.
template <class Block>
lapack_int stride(const Block& block) {
  return size(std::max<Index>({1, block.rows(), block.outerStride()}));
}

CBLAS_TRANSPOSE operation(bool transposed) { return transposed ? CblasTrans : CblasNoTrans; }

// Below this size Eigen's implicit QR is faster than the set-up of LAPACK's divide and conquer.
constexpr Index kEigenFrom = 32;

template <class DivideAndConquer, class QrIteration, class Scalar>
bool any_svd(const DivideAndConquer& divide_and_conquer, const QrIteration& qr_iteration, SvdDriver driver,
             BasicMatrixBlock<Scalar>& a, BasicMatrixBlock<Scalar>& u, BasicVectorBlock<Scalar>& s,
             BasicMatrixBlock<Scalar>& vt) {
  start();
  if (driver == SvdDriver::divide_and_conquer)
    return divide_and_conquer(LAPACK_COL_MAJOR, 'S', size(a.rows()), size(a.cols()), a.data(), stride(a), s.data(),
                              u.data(), stride(u), vt.data(), stride(vt)) == 0;
  Eigen::Matrix<Scalar, Eigen::Dynamic, 1> unconverged(std::max<Index>(s.size(), 2));
  return qr_iteration(LAPACK_COL_MAJOR, 'S', 'S', size(a.rows()), size(a.cols()), a.data(), stride(a), s.data(),
                      u.data(), stride(u), vt.data(), stride(vt), unconverged.data()) == 0;
}

class LapackBackend final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "lapack"; }
  int use_threads(int threads) const override {
    start();
    const int before = openblas_get_num_threads();
    if (threads != before) openblas_set_num_threads(threads);
    return before;
  }

  [[nodiscard]] std::span<const SvdDriver> svd_drivers() const override {
    static constexpr SvdDriver kDrivers[] = {SvdDriver::divide_and_conquer, SvdDriver::qr_iteration};
    return kDrivers;
  }
  [[nodiscard]] bool svd(SvdDriver driver, MatrixBlock a, MatrixBlock u, VectorBlock s, MatrixBlock vt) const override {
    return any_svd(LAPACKE_dgesdd, LAPACKE_dgesvd, driver, a, u, s, vt);
  }
  [[nodiscard]] bool svd(SvdDriver driver, BasicMatrixBlock<float> a, BasicMatrixBlock<float> u,
                         BasicVectorBlock<float> s, BasicMatrixBlock<float> vt) const override {
    return any_svd(LAPACKE_sgesdd, LAPACKE_sgesvd, driver, a, u, s, vt);
  }
  // The working copy and the long factor; the short one and its transpose, divide and conquer. Where Jacobi has to help
  // out, its QR is one more of the long ones.
  [[nodiscard]] double svd_bytes(Index rows, Index cols) const override {
    const auto small = static_cast<double>(std::min(rows, cols)), large = static_cast<double>(std::max(rows, cols));
    return 8 * (2 * small * large + 5 * small * small);
  }

  void qr(MatrixBlock a, VectorBlock scales) const override {
    start();
    const Matrix original = a;
    if (LAPACKE_dgeqrf(LAPACK_COL_MAJOR, size(a.rows()), size(a.cols()), a.data(), stride(a), scales.data()) == 0)
      return;
    a = original;
    eigen_backend().qr(a, scales);
  }
  // For one vector LAPACK's blocked reflectors only add work.
  void apply_q(const ConstMatrixBlock& qr, const ConstVectorBlock& scales, bool transposed,
               VectorBlock x) const override {
    eigen_backend().apply_q(qr, scales, transposed, x);
  }

  [[nodiscard]] bool symmetric_eigen(MatrixBlock a, VectorBlock values) const override {
    if (a.rows() < kEigenFrom) return eigen_backend().symmetric_eigen(a, values);
    start();
    const Matrix original = a;
    if (LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'L', size(a.rows()), a.data(), stride(a), values.data()) == 0)
      return true;
    a = original;
    return eigen_backend().symmetric_eigen(a, values);
  }
  [[nodiscard]] bool tridiagonal_eigen(VectorBlock diagonal, VectorBlock subdiagonal,
                                       MatrixBlock vectors) const override {
    if (vectors.rows() < kEigenFrom) return eigen_backend().tridiagonal_eigen(diagonal, subdiagonal, vectors);
    start();
    const Vector d = diagonal, e = subdiagonal;
    if (LAPACKE_dstedc(LAPACK_COL_MAJOR, 'I', size(vectors.rows()), diagonal.data(), subdiagonal.data(), vectors.data(),
                       stride(vectors)) == 0)
      return true;
    diagonal = d;
    subdiagonal = e;
    return eigen_backend().tridiagonal_eigen(diagonal, subdiagonal, vectors);
  }
  [[nodiscard]] bool cholesky(MatrixBlock a) const override {
    start();
    return LAPACKE_dpotrf(LAPACK_COL_MAJOR, 'L', size(a.rows()), a.data(), stride(a)) == 0;
  }

  void gram(const ConstMatrixBlock& a, bool transposed, MatrixBlock gram) const override {
    start();
    const Index inner = transposed ? a.rows() : a.cols();
    cblas_dsyrk(CblasColMajor, CblasLower, operation(transposed), size(gram.rows()), size(inner), 1.0, a.data(),
                stride(a), 0.0, gram.data(), stride(gram));
    gram.triangularView<Eigen::StrictlyUpper>() = gram.transpose();
  }
  void multiply(const ConstMatrixBlock& a, bool transposed, const ConstMatrixBlock& b,
                MatrixBlock product) const override {
    start();
    if (product.size() == 0 || b.rows() == 0) {
      product.setZero();
      return;
    }
    cblas_dgemm(CblasColMajor, operation(transposed), CblasNoTrans, size(product.rows()), size(product.cols()),
                size(b.rows()), 1.0, a.data(), stride(a), b.data(), stride(b), 0.0, product.data(), stride(product));
  }
};

}  // namespace

const Backend* lapack_backend() {
  static const LapackBackend instance;
  return &instance;
}

}  // namespace physgrad

#else

namespace physgrad {

const Backend* lapack_backend() { return nullptr; }

}  // namespace physgrad

#endif
