#include "physgrad/linalg/tridiagonal.hpp"

namespace physgrad {

Vector multiply(const Tridiagonal& t, const Vector& x) {
  const Index steps = t.subdiagonal.size();
  Vector y = t.diagonal.cwiseProduct(x);
  y.tail(steps) += t.subdiagonal.cwiseProduct(x.head(steps));
  y.head(steps) += t.subdiagonal.cwiseProduct(x.tail(steps));
  return y;
}

double spectral_bound(const Tridiagonal& t) {
  const Index steps = t.subdiagonal.size();
  Vector radius = t.diagonal.cwiseAbs();
  radius.tail(steps) += t.subdiagonal.cwiseAbs();
  radius.head(steps) += t.subdiagonal.cwiseAbs();
  return radius.maxCoeff();
}

}  // namespace physgrad
