// Which decomposition answers: the fastest whose factors reproduce the matrix and are orthonormal.
#include "physgrad/linalg/thin_svd.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "physgrad/linalg/jacobi_svd.hpp"

namespace physgrad {
namespace {

template <class Scalar>
using MatrixOf = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
template <class Scalar>
using VectorOf = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

// What round-off alone makes of a defect: some eps per probe.
template <class Scalar>
double ordinary_defect(const BasicThinSvd<Scalar>& svd) {
  return 8 * static_cast<double>(std::numeric_limits<Scalar>::epsilon()) *
         std::sqrt(static_cast<double>(svd.u.rows() + svd.v.rows()));
}

// A decomposition this many times worse than that is not one.
constexpr double kHolds = 16;

template <class Scalar>
VectorOf<Scalar> probe(Index size, std::minstd_rand& engine) {
  return VectorOf<Scalar>::NullaryExpr(size, [&] { return engine() % 2 == 0 ? Scalar(1) : Scalar(-1); });
}

// Random signs see a defect of Frobenius norm d with size d (Hutchinson 1990). Entries may lie beyond the range of
// squares. NaN where a factor holds one.
template <class Scalar>
double measure_defect(const MatrixOf<Scalar>& a, const BasicThinSvd<Scalar>& svd) {
  constexpr int kProbes = 3;
  if (!svd.u.allFinite() || !svd.v.allFinite() || !svd.values.allFinite())
    return std::numeric_limits<double>::quiet_NaN();
  const Scalar largest = svd.values.size() > 0 ? svd.values[0] : Scalar(0);
  if (!(largest > 0)) return a.isZero(0) ? 0 : std::numeric_limits<double>::infinity();
  std::minstd_rand engine(1);
  Scalar defect = 0;
  for (int draw = 0; draw < kProbes; ++draw) {
    const VectorOf<Scalar> x = probe<Scalar>(a.cols(), engine);
    const VectorOf<Scalar> y = probe<Scalar>(svd.values.size(), engine);
    const VectorOf<Scalar> scaled = (svd.values / largest).cwiseProduct(svd.v.transpose() * x);
    defect = std::max({defect, ((a * x) / largest - svd.u * scaled).norm(),
                       (svd.u.transpose() * (svd.u * y) - y).norm(), (svd.v.transpose() * (svd.v * y) - y).norm()});
  }
  return static_cast<double>(defect);
}

template <class Scalar>
bool svd_by(const Backend& backend, SvdDriver driver, const MatrixOf<Scalar>& a, BasicThinSvd<Scalar>& out) {
  const Index rank = std::min(a.rows(), a.cols());
  const bool wide = a.rows() < a.cols();
  MatrixOf<Scalar> small(rank, rank);
  out.values.resize(rank);
  {
    MatrixOf<Scalar> tall = wide ? MatrixOf<Scalar>(a.transpose()) : a;
    MatrixOf<Scalar>& factor = wide ? out.v : out.u;
    factor.resize(tall.rows(), rank);
    if (!backend.svd(driver, tall, factor, out.values, small)) return false;
  }
  (wide ? out.u : out.v) = small.transpose();
  out.defect = measure_defect(a, out);
  return out.defect <= kHolds * ordinary_defect(out);
}

}  // namespace

template <class Scalar>
BasicThinSvd<Scalar> thin_svd(const MatrixOf<Scalar>& a, const Backend& backend) {
  BasicThinSvd<Scalar> result;
  for (const SvdDriver driver : backend.svd_drivers())
    if (svd_by(backend, driver, a, result)) return result;
  result = jacobi_svd(a);
  result.defect = measure_defect(a, result);
  return result;
}

template <class Scalar>
double effective_epsilon(const BasicThinSvd<Scalar>& svd) {
  const double eps = std::numeric_limits<Scalar>::epsilon();
  if (svd.values.size() == 0) return eps;
  // The Frobenius norm of a backward error that is spread over the entries as the estimates have it
  // (error_estimate.cpp), in units of eps. Divide and conquer may leave several times that on small graded matrices,
  // and three probes see half of what is concentrated in few entries.
  const auto rank = static_cast<double>(svd.values.size());
  const auto size = static_cast<double>(std::max(svd.u.rows(), svd.v.rows()));
  return std::max(eps, 2 * svd.defect / (std::sqrt(rank) + 6 * std::sqrt(size / rank)));
}

template BasicThinSvd<float> thin_svd(const Eigen::MatrixXf&, const Backend&);
template BasicThinSvd<double> thin_svd(const Matrix&, const Backend&);
template double effective_epsilon(const BasicThinSvd<float>&);
template double effective_epsilon(const BasicThinSvd<double>&);

}  // namespace physgrad
