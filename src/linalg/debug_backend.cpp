#include "physgrad/linalg/debug_backend.hpp"

#include "physgrad/linalg/guarded_array.hpp"

namespace physgrad {
namespace {

/// An argument that is only read.
template <class Scalar>
class Input : public GuardedArray<Scalar> {
 public:
  template <class Block>
  explicit Input(const Block& source)
      : GuardedArray<Scalar>(source.data(), source.rows(), source.cols(), source.outerStride()) {
    this->allow_reading_only();
  }
};

/// An argument that is written, and goes back when finish() is called.
template <class Scalar>
class Output : public GuardedArray<Scalar> {
 public:
  template <class Block>
  explicit Output(Block& target)
      : GuardedArray<Scalar>(target.data(), target.rows(), target.cols(), target.outerStride()),
        target_(target.data()) {}
  void finish() { this->copy_back(target_); }

 private:
  Scalar* target_;
};

template <class Scalar>
bool guarded_svd(const Backend& wrapped, SvdDriver driver, BasicMatrixBlock<Scalar> a, BasicMatrixBlock<Scalar> u,
                 BasicVectorBlock<Scalar> s, BasicMatrixBlock<Scalar> vt) {
  Output<Scalar> a_out(a), u_out(u), s_out(s), vt_out(vt);
  const bool done = wrapped.svd(driver, a_out.matrix(), u_out.matrix(), s_out.vector(), vt_out.matrix());
  for (Output<Scalar>* output : {&a_out, &u_out, &s_out, &vt_out}) output->finish();
  return done;
}

}  // namespace

bool DebugBackend::svd(SvdDriver driver, MatrixBlock a, MatrixBlock u, VectorBlock s, MatrixBlock vt) const {
  return guarded_svd<double>(wrapped_, driver, a, u, s, vt);
}

bool DebugBackend::svd(SvdDriver driver, BasicMatrixBlock<float> a, BasicMatrixBlock<float> u,
                       BasicVectorBlock<float> s, BasicMatrixBlock<float> vt) const {
  return guarded_svd<float>(wrapped_, driver, a, u, s, vt);
}

void DebugBackend::qr(MatrixBlock a, VectorBlock scales) const {
  Output<double> a_out(a), scales_out(scales);
  wrapped_.qr(a_out.matrix(), scales_out.vector());
  a_out.finish();
  scales_out.finish();
}

void DebugBackend::apply_q(const ConstMatrixBlock& qr, const ConstVectorBlock& scales, bool transposed,
                           VectorBlock x) const {
  Input<double> qr_in(qr), scales_in(scales);
  Output<double> x_out(x);
  wrapped_.apply_q(qr_in.matrix(), scales_in.vector(), transposed, x_out.vector());
  x_out.finish();
}

bool DebugBackend::symmetric_eigen(MatrixBlock a, VectorBlock values) const {
  Output<double> a_out(a), values_out(values);
  const bool done = wrapped_.symmetric_eigen(a_out.matrix(), values_out.vector());
  a_out.finish();
  values_out.finish();
  return done;
}

bool DebugBackend::tridiagonal_eigen(VectorBlock diagonal, VectorBlock subdiagonal, MatrixBlock vectors) const {
  Output<double> diagonal_out(diagonal), subdiagonal_out(subdiagonal), vectors_out(vectors);
  const bool done = wrapped_.tridiagonal_eigen(diagonal_out.vector(), subdiagonal_out.vector(), vectors_out.matrix());
  for (Output<double>* output : {&diagonal_out, &subdiagonal_out, &vectors_out}) output->finish();
  return done;
}

bool DebugBackend::cholesky(MatrixBlock a) const {
  Output<double> a_out(a);
  const bool done = wrapped_.cholesky(a_out.matrix());
  a_out.finish();
  return done;
}

void DebugBackend::gram(const ConstMatrixBlock& a, bool transposed, MatrixBlock gram) const {
  Input<double> a_in(a);
  Output<double> gram_out(gram);
  wrapped_.gram(a_in.matrix(), transposed, gram_out.matrix());
  gram_out.finish();
}

void DebugBackend::multiply(const ConstMatrixBlock& a, bool transposed, const ConstMatrixBlock& b,
                            MatrixBlock product) const {
  Input<double> a_in(a), b_in(b);
  Output<double> product_out(product);
  wrapped_.multiply(a_in.matrix(), transposed, b_in.matrix(), product_out.matrix());
  product_out.finish();
}

}  // namespace physgrad
