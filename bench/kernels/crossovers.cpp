// crossover/WAY/ROWS: ways to the same partial inverse on random Jacobians [rows x 3 rows] whose singular values fall
// over three decades, so that everybody answers himself; kappa = 1/2, tau = 1e-4. J is given. The counter `from` is the
// number of rows from which the program prefers the way to the one before it: gram, tridiagonal, band; qr-svd,
// two-level. scripts/crossovers makes a table of them.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <random>

#include "physgrad/linalg/kernel_table.hpp"
#include "physgrad/linalg/kernels/structured.hpp"
#include "scene.hpp"
#include "suite.hpp"

namespace physgrad::kernels_bench {
namespace {

struct Way {
  const char* name;
  const char* kernel;
  Index band_from;  // of structured
  Index from;
};

std::vector<Way> ways() {
  const auto from = [](const char* kernel) { return kernel_entry(kernel).pays_from; };
  return {{"gram", "gram", 0, 0},
          {"tridiagonal", "structured", KernelEntry::kNever, from("structured")},
          {"band", "structured", 1, kernels::kBandFrom},
          {"qr-svd", "qr-svd", 0, 0},
          {"two-level", "two-level", 0, from("two-level")}};
}

Matrix random_matrix(Index rows, Index cols, std::mt19937_64& engine) {
  std::normal_distribution<double> normal;
  return Matrix::NullaryExpr(rows, cols, [&] { return normal(engine); });
}

// Rows of falling size: as steep as singular values that fall by three decades.
Matrix graded_jacobian(Index rows, std::mt19937_64& engine) {
  Matrix j = random_matrix(rows, 3 * rows, engine);
  for (Index i = 0; i < rows; ++i)
    j.row(i) *= std::pow(10.0, -3.0 * static_cast<double>(i) / static_cast<double>(rows));
  return j;
}

PartialInverseResult invert(const Way& way, const Matrix& j, const Vector& g) {
  const PartialInverseOptions options{.kappa = 0.5, .tau = 1e-4, .accuracy = 1e-4, .kernel = way.kernel};
  DenseJacobian jacobian(j);
  if (way.band_from == 0) return partial_inverse(jacobian, g, options);
  return kernels::structured(jacobian, g, options, way.band_from);
}

Prepared prepare(const Way& way, Index rows) {
  std::mt19937_64 engine(1);
  const Matrix j = graded_jacobian(rows, engine);
  const Vector g = random_matrix(rows, 1, engine);
  DenseJacobian jacobian(j);
  const Vector reference = partial_inverse(jacobian, g, {.kappa = 0.5, .tau = 1e-4, .kernel = "qr-svd"}).direction;
  const double error = relative_difference(invert(way, j, g).direction, reference);
  return {.run = [=] { benchmark::DoNotOptimize(invert(way, j, g).direction.data()); },
          .failure = verdict("against qr-svd", error, 1e-6),
          .counters = {{"from", static_cast<double>(way.from)}, {"error", error}}};
}

}  // namespace

void add_crossovers(Suite& suite) {
  for (const Way& way : ways())
    for (const Index rows : {16, 24, 32, 48, 64, 96, 128, 192, 256, 320, 384, 448, 512, 640, 768, 1024}) {
      // Eigenvectors and singular values are slower long before.
      if (rows > 128 && std::string_view(way.kernel) != "structured") continue;
      suite.add(fmt::format("crossover/{}/{}", way.name, rows), [=] { return prepare(way, rows); });
    }
}

}  // namespace physgrad::kernels_bench
