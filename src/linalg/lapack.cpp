#include "physgrad/linalg/lapack.hpp"

#include <algorithm>

#ifdef PHYSGRAD_HAVE_LAPACK
#include <cblas.h>
#include <lapacke.h>
#include <sys/mman.h>

#include <new>

// OpenBLAS's own; in none of its public headers.
extern "C" {
__attribute__((weak)) void* blas_memory_alloc(int position);
__attribute__((weak)) void blas_memory_free(void* buffer);
}

namespace physgrad::lapack {
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

// Timings are defined for one compute thread, and spinning BLAS threads would disturb everything else.
void use_one_thread() {
  [[maybe_unused]] static const bool done = [] {
    openblas_set_num_threads(1);
    take_buffer();
    return true;
  }();
}

lapack_int size(Index n) { return static_cast<lapack_int>(n); }

template <class DivideAndConquer, class QrIteration, class Dense, class Values>
bool any_svd(const DivideAndConquer& divide_and_conquer, const QrIteration& qr_iteration, SvdDriver driver, Dense& a,
             Dense& u, Values& s, Dense& vt) {
  use_one_thread();
  const Index rank = std::min(a.rows(), a.cols());
  u.resize(a.rows(), rank);
  s.resize(rank);
  vt.resize(rank, a.cols());
  if (driver == SvdDriver::divide_and_conquer)
    return divide_and_conquer(LAPACK_COL_MAJOR, 'S', size(a.rows()), size(a.cols()), a.data(), size(a.rows()), s.data(),
                              u.data(), size(u.rows()), vt.data(), size(vt.rows())) == 0;
  Values unconverged(std::max<Index>(rank, 2));
  return qr_iteration(LAPACK_COL_MAJOR, 'S', 'S', size(a.rows()), size(a.cols()), a.data(), size(a.rows()), s.data(),
                      u.data(), size(u.rows()), vt.data(), size(vt.rows()), unconverged.data()) == 0;
}

}  // namespace

bool available() { return true; }

bool svd(SvdDriver driver, Matrix& a, Matrix& u, Vector& s, Matrix& vt) {
  return any_svd(LAPACKE_dgesdd, LAPACKE_dgesvd, driver, a, u, s, vt);
}

bool svd(SvdDriver driver, Eigen::MatrixXf& a, Eigen::MatrixXf& u, Eigen::VectorXf& s, Eigen::MatrixXf& vt) {
  return any_svd(LAPACKE_sgesdd, LAPACKE_sgesvd, driver, a, u, s, vt);
}

bool qr(Matrix& a, Vector& scales) {
  use_one_thread();
  scales.resize(a.cols());
  return LAPACKE_dgeqrf(LAPACK_COL_MAJOR, size(a.rows()), size(a.cols()), a.data(), size(a.rows()), scales.data()) == 0;
}

bool apply_q(const Matrix& qr, const Vector& scales, bool transposed, Vector& x) {
  use_one_thread();
  return LAPACKE_dormqr(LAPACK_COL_MAJOR, 'L', transposed ? 'T' : 'N', size(x.size()), 1, size(scales.size()),
                        qr.data(), size(qr.rows()), scales.data(), x.data(), size(x.size())) == 0;
}

bool symmetric_eigen(Matrix& a, Vector& values) {
  use_one_thread();
  values.resize(a.rows());
  return LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'L', size(a.rows()), a.data(), size(a.rows()), values.data()) == 0;
}

bool gram(const Matrix& a, bool transposed, MatrixBlock gram) {
  use_one_thread();
  const Index n = transposed ? a.cols() : a.rows();
  const Index inner = transposed ? a.rows() : a.cols();
  cblas_dsyrk(CblasColMajor, CblasLower, transposed ? CblasTrans : CblasNoTrans, size(n), size(inner), 1.0, a.data(),
              size(a.rows()), 0.0, gram.data(), size(gram.outerStride()));
  gram.triangularView<Eigen::StrictlyUpper>() = gram.transpose();
  return true;
}

bool add_product(double alpha, const ConstBlock& a, bool transpose_a, const ConstBlock& b, bool transpose_b,
                 MatrixBlock c) {
  use_one_thread();
  cblas_dgemm(CblasColMajor, transpose_a ? CblasTrans : CblasNoTrans, transpose_b ? CblasTrans : CblasNoTrans,
              size(c.rows()), size(c.cols()), size(transpose_a ? a.rows() : a.cols()), alpha, a.data(),
              size(a.outerStride()), b.data(), size(b.outerStride()), 1.0, c.data(), size(c.outerStride()));
  return true;
}

bool multiply(const Matrix& a, bool transposed, const Matrix& b, Matrix& product) {
  use_one_thread();
  product.resize(transposed ? a.cols() : a.rows(), b.cols());
  if (product.size() == 0 || b.rows() == 0) {
    product.setZero();
    return true;
  }
  cblas_dgemm(CblasColMajor, transposed ? CblasTrans : CblasNoTrans, CblasNoTrans, size(product.rows()),
              size(product.cols()), size(b.rows()), 1.0, a.data(), size(a.rows()), b.data(), size(b.rows()), 0.0,
              product.data(), size(product.rows()));
  return true;
}

bool cholesky(Matrix& a) {
  use_one_thread();
  return LAPACKE_dpotrf(LAPACK_COL_MAJOR, 'L', size(a.rows()), a.data(), size(a.rows())) == 0;
}

}  // namespace physgrad::lapack

#else

namespace physgrad::lapack {

bool available() { return false; }
bool svd(SvdDriver /*driver*/, Matrix& /*a*/, Matrix& /*u*/, Vector& /*s*/, Matrix& /*vt*/) { return false; }
bool svd(SvdDriver /*driver*/, Eigen::MatrixXf& /*a*/, Eigen::MatrixXf& /*u*/, Eigen::VectorXf& /*s*/,
         Eigen::MatrixXf& /*vt*/) {
  return false;
}
bool qr(Matrix& /*a*/, Vector& /*scales*/) { return false; }
bool apply_q(const Matrix& /*qr*/, const Vector& /*scales*/, bool /*transposed*/, Vector& /*x*/) { return false; }
bool symmetric_eigen(Matrix& /*a*/, Vector& /*values*/) { return false; }
bool gram(const Matrix& /*a*/, bool /*transposed*/, MatrixBlock /*gram*/) { return false; }
bool multiply(const Matrix& /*a*/, bool /*transposed*/, const Matrix& /*b*/, Matrix& /*product*/) { return false; }
bool cholesky(Matrix& /*a*/) { return false; }
bool add_product(double /*alpha*/, const ConstBlock& /*a*/, bool /*transpose_a*/, const ConstBlock& /*b*/,
                 bool /*transpose_b*/, MatrixBlock /*c*/) {
  return false;
}

}  // namespace physgrad::lapack

#endif
