#include "scene.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "physgrad/train/trainer.hpp"

namespace physgrad::kernels_bench {

Scene::Scene(const Catalogue& catalogue, const std::string& problem, const std::string& method,
             const std::vector<SettingOverride>& overrides, Index count)
    : pair(resolve_pair(catalogue, problem, method, overrides)) {
  const PreparedData data = prepare_data(pair.problem, 1);
  std::vector<Index> first(static_cast<std::size_t>(std::min(count, pair.problem.samples)));
  std::iota(first.begin(), first.end(), Index{0});
  batch = select_samples(data.train, first);
  theta = data.theta + 0.1 * direction(data.theta.size(), 1);
  control = network().run(theta, batch.input);
}

Matrix direction(Index rows, Index cols) { return Rng(1, "direction").uniform_matrix(rows, cols, -1, 1); }

double relative_difference(const MatrixRef& actual, const MatrixRef& expected) {
  const double scale = expected.norm();
  return (actual - expected).norm() / (scale > 0 ? scale : 1.0);
}

double transpose_error(const MatrixRef& v, const MatrixRef& forward, const MatrixRef& w, const MatrixRef& backward) {
  const double scale = std::max(forward.norm() * w.norm(), backward.norm() * v.norm());
  return std::abs(forward.cwiseProduct(w).sum() - backward.cwiseProduct(v).sum()) / (scale > 0 ? scale : 1.0);
}

std::string verdict(const std::string& what, double error, double tolerance) {
  if (error <= tolerance) return {};
  return fmt::format("{}: error {:.2e}, allowed {:.0e}", what, error, tolerance);
}

}  // namespace physgrad::kernels_bench
