#include "physgrad/linalg/symmetric_band.hpp"

namespace physgrad {

Vector multiply(const SymmetricBand& b, const Vector& x) {
  const Index n = b.order();
  Vector y = b.entries.row(0).transpose().cwiseProduct(x);
  for (Index d = 1; d <= b.width() && d < n; ++d) {
    const auto diagonal = b.entries.row(d).head(n - d).transpose();
    y.tail(n - d) += diagonal.cwiseProduct(x.head(n - d));
    y.head(n - d) += diagonal.cwiseProduct(x.tail(n - d));
  }
  return y;
}

double spectral_bound(const SymmetricBand& b) {
  const Index n = b.order();
  Vector radius = b.entries.row(0).transpose().cwiseAbs();
  for (Index d = 1; d <= b.width() && d < n; ++d) {
    const auto diagonal = b.entries.row(d).head(n - d).transpose().cwiseAbs();
    radius.tail(n - d) += diagonal;
    radius.head(n - d) += diagonal;
  }
  return radius.size() > 0 ? radius.maxCoeff() : 0;
}

}  // namespace physgrad
