#include "physgrad/toolbox/curvature_pairs.hpp"

#include <utility>
#include <vector>

namespace physgrad {

void CurvaturePairs::remember(const Vector& s, Vector y) {
  const double curvature = s.dot(y);
  if (!(curvature > 1e-10 * s.norm() * y.norm())) return;
  if (pairs_.size() == history_) pairs_.erase(pairs_.begin());
  pairs_.push_back({s, std::move(y), curvature});
}

Vector CurvaturePairs::inverse_hessian_times(const Vector& gradient) const {
  Vector q = gradient;
  std::vector<double> alpha(pairs_.size());
  for (std::size_t i = pairs_.size(); i-- > 0;) {
    alpha[i] = pairs_[i].s.dot(q) / pairs_[i].curvature;
    q -= alpha[i] * pairs_[i].y;
  }
  q *= pairs_.back().curvature / pairs_.back().y.squaredNorm();
  for (std::size_t i = 0; i < pairs_.size(); ++i)
    q += (alpha[i] - pairs_[i].y.dot(q) / pairs_[i].curvature) * pairs_[i].s;
  return q;
}

}  // namespace physgrad
