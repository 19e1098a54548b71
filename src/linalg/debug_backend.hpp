#pragma once
// Internal to linalg: another back end behind a wall, as a device stands behind one.
#include "physgrad/linalg/backend.hpp"

namespace physgrad {

/// Every array that crosses is copied into memory of its own, with the same alignment and distance of columns, and back
/// where it was to be written: what the back end reads, writes or remembers of anything else is not there. A page
/// behind each copy (and one before it) allows no access, and one that is only to be read allows no writing: both end
/// the process. What lies between the columns, or beside the array in its pages, is NaN; a call that changed it throws
/// std::logic_error. Answers are those of the wrapped back end, bit for bit.
class DebugBackend final : public Backend {
 public:
  /// `wrapped` must outlive it.
  explicit DebugBackend(const Backend& wrapped) : wrapped_(wrapped) {}

  [[nodiscard]] std::string_view name() const override { return "debug"; }
  int use_threads(int threads) const override { return wrapped_.use_threads(threads); }
  [[nodiscard]] std::span<const SvdDriver> svd_drivers() const override { return wrapped_.svd_drivers(); }
  [[nodiscard]] bool svd(SvdDriver driver, MatrixBlock a, MatrixBlock u, VectorBlock s, MatrixBlock vt) const override;
  [[nodiscard]] bool svd(SvdDriver driver, BasicMatrixBlock<float> a, BasicMatrixBlock<float> u,
                         BasicVectorBlock<float> s, BasicMatrixBlock<float> vt) const override;
  /// On the heap: the copies are not.
  [[nodiscard]] double svd_bytes(Index rows, Index cols) const override { return wrapped_.svd_bytes(rows, cols); }
  void qr(MatrixBlock a, VectorBlock scales) const override;
  void apply_q(const ConstMatrixBlock& qr, const ConstVectorBlock& scales, bool transposed,
               VectorBlock x) const override;
  [[nodiscard]] bool symmetric_eigen(MatrixBlock a, VectorBlock values) const override;
  [[nodiscard]] bool tridiagonal_eigen(VectorBlock diagonal, VectorBlock subdiagonal,
                                       MatrixBlock vectors) const override;
  [[nodiscard]] bool cholesky(MatrixBlock a) const override;
  void gram(const ConstMatrixBlock& a, bool transposed, MatrixBlock gram) const override;
  void multiply(const ConstMatrixBlock& a, bool transposed, const ConstMatrixBlock& b,
                MatrixBlock product) const override;

 private:
  const Backend& wrapped_;
};

}  // namespace physgrad
