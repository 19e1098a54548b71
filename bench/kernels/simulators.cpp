// The simulator of every problem of the catalogue: run, linearize, the products with its Jacobian, and its inverse.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>

#include "physgrad/catalogue/facts.hpp"
#include "scene.hpp"
#include "suite.hpp"

namespace physgrad::kernels_bench {
namespace {

struct SimulatorScene : Scene {
  SimulatorScene(const Catalogue& catalogue, const std::string& name) : Scene(catalogue, name, "dp-adam", {}, kBatch) {}
  [[nodiscard]] const Simulator& simulator() const { return *problem().simulator; }
  [[nodiscard]] Matrix run(const Matrix& x) const { return simulator().run(x, batch.context); }
};
using SharedScene = std::shared_ptr<const SimulatorScene>;

Prepared prepare_run(const SharedScene& scene) {
  const Matrix together = scene->run(scene->control);
  Matrix alone = together;
  for (Index i = 0; i < alone.cols(); ++i)
    alone.col(i) = scene->simulator().run(scene->control.col(i), scene->batch.context.col(i));
  return {.run = [scene] { benchmark::DoNotOptimize(scene->run(scene->control).data()); },
          .failure = verdict("batch against sample by sample", relative_difference(together, alone), 1e-12)};
}

Prepared prepare_linearize(const SharedScene& scene) {
  const Matrix state = scene->simulator().linearize(scene->control, scene->batch.context)->state;
  return {
      .run =
          [scene] {
            benchmark::DoNotOptimize(scene->simulator().linearize(scene->control, scene->batch.context)->state.data());
          },
      .failure = verdict("state against run", relative_difference(state, scene->run(scene->control)), 1e-13)};
}

Prepared prepare_vjp(const SharedScene& scene) {
  const auto at =
      std::shared_ptr<const Linearization>(scene->simulator().linearize(scene->control, scene->batch.context));
  const Matrix v = direction(scene->control.rows(), scene->control.cols());
  const Matrix w = direction(at->state.rows(), at->state.cols());
  return {.run = [at, w] { benchmark::DoNotOptimize(at->vjp(w).data()); },
          .failure = verdict("<J v, w> = <v, J^T w>", transpose_error(v, at->jvp(v), w, at->vjp(w)), 1e-12)};
}

Prepared prepare_jvp(const SharedScene& scene) {
  const auto at =
      std::shared_ptr<const Linearization>(scene->simulator().linearize(scene->control, scene->batch.context));
  const Matrix v = direction(scene->control.rows(), scene->control.cols());
  // Kinks make the difference first order only near them, so a shorter step there.
  const bool kinks = scene->problem().piecewise_smooth;
  const double h = kinks ? 1e-8 : 1e-5;
  const Matrix difference = (scene->run(scene->control + h * v) - scene->run(scene->control - h * v)) / (2 * h);
  return {.run = [at, v] { benchmark::DoNotOptimize(at->jvp(v).data()); },
          .failure =
              verdict("against central differences", relative_difference(at->jvp(v), difference), kinks ? 1e-5 : 1e-6)};
}

Prepared prepare_inverse(const SharedScene& scene) {
  const Matrix y = scene->run(scene->control);
  const Matrix wished = y + 0.1 * (scene->batch.target - y);
  const auto invert = [scene, wished] {
    return invert_uncounted(*scene->problem().inverse, wished, scene->control, scene->batch.context);
  };
  // The share of the wished change that is missing, worst sample. An inverse has to bring every sample closer.
  const Matrix missing = scene->run(invert()) - wished;
  const double worst = (missing.colwise().norm().array() / (y - wished).colwise().norm().array()).maxCoeff();
  return {.run = [invert] { benchmark::DoNotOptimize(invert().data()); },
          .failure = verdict("remaining distance to the target", worst, 0.999),
          .counters = {{"remaining", worst}}};
}

using Prepare = Prepared (*)(const SharedScene&);

void add_problem(Suite& suite, const std::string& name) {
  std::vector<std::pair<const char*, Prepare>> cases = {
      {"run", prepare_run}, {"linearize", prepare_linearize}, {"vjp", prepare_vjp}, {"jvp", prepare_jvp}};
  if (problem_facts(suite.catalogue(), name).has_inverse) cases.emplace_back("inverse", prepare_inverse);
  for (const auto& [what, prepare] : cases)
    suite.add(fmt::format("simulator/{}/{}", name, what), [&catalogue = suite.catalogue(), name, prepare = prepare] {
      const auto scene = std::make_shared<const SimulatorScene>(catalogue, name);
      Prepared prepared = prepare(scene);
      prepared.label = fmt::format("dx={} dy={} B={}", scene->simulator().controls(), scene->simulator().outputs(),
                                   scene->batch.size());
      return prepared;
    });
}

}  // namespace

void add_simulators(Suite& suite) {
  for (const std::string& name : suite.catalogue().problem_names()) add_problem(suite, name);
}

}  // namespace physgrad::kernels_bench
