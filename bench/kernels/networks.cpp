// The passes of the networks that the catalogue's problems use.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>

#include "scene.hpp"
#include "suite.hpp"

namespace physgrad::kernels_bench {
namespace {

using SharedScene = std::shared_ptr<const Scene>;

double activate(Activation activation, double z) {
  switch (activation) {
    case Activation::tanh:
      return std::tanh(z);
    case Activation::relu:
      return std::max(0.0, z);
    case Activation::sigmoid:
      return 1.0 / (1.0 + std::exp(-z));
    case Activation::identity:
      break;
  }
  return z;
}

/// The network by its definition, number by number.
Matrix plain_forward(const Network& network, const Vector& theta, const Matrix& input) {
  Matrix values = input;
  for (const LayerShape& layer : network.layers()) {
    const bool last = &layer == &network.layers().back();
    Matrix next(layer.outputs, input.cols());
    for (Index sample = 0; sample < input.cols(); ++sample)
      for (Index o = 0; o < layer.outputs; ++o) {
        double z = theta[layer.biases + o];
        for (Index i = 0; i < layer.inputs; ++i) z += theta[layer.weights + o * layer.inputs + i] * values(i, sample);
        next(o, sample) = last ? z : activate(network.activation(), z);
      }
    values = std::move(next);
  }
  return values;
}

Prepared prepare_run(const SharedScene& scene) {
  const auto run = [scene] { return scene->network().run(scene->theta, scene->batch.input); };
  const Matrix expected = plain_forward(scene->network(), scene->theta, scene->batch.input);
  return {.run = [run] { benchmark::DoNotOptimize(run().data()); },
          .failure = verdict("against plain loops", relative_difference(run(), expected), 1e-12)};
}

Prepared prepare_linearize(const SharedScene& scene) {
  const auto linearize = [scene] { return scene->network().linearize(scene->theta, scene->batch.input); };
  const Matrix expected = plain_forward(scene->network(), scene->theta, scene->batch.input);
  return {.run = [linearize] { benchmark::DoNotOptimize(linearize().output().data()); },
          .failure = verdict("against plain loops", relative_difference(linearize().output(), expected), 1e-12)};
}

std::shared_ptr<const NetworkLinearization> linearized(const SharedScene& scene) {
  return std::make_shared<const NetworkLinearization>(scene->network().linearize(scene->theta, scene->batch.input));
}

Prepared prepare_vjp(const SharedScene& scene) {
  const auto at = linearized(scene);
  const Matrix v = direction(scene->theta.size(), 1);
  const Matrix w = direction(scene->control.rows(), scene->control.cols());
  return {.run = [scene, at, w] { benchmark::DoNotOptimize(at->vjp(w).data()); },
          .failure = verdict("<J v, w> = <v, J^T w>", transpose_error(v, at->jvp(v), w, at->vjp(w)), 1e-12)};
}

Prepared prepare_jvp(const SharedScene& scene) {
  const auto at = linearized(scene);
  const Vector v = direction(scene->theta.size(), 1);
  const double h = scene->network().activation() == Activation::relu ? 1e-8 : 1e-5;
  const auto run = [&](double step) { return scene->network().run(scene->theta + step * v, scene->batch.input); };
  const Matrix difference = (run(h) - run(-h)) / (2 * h);
  return {.run = [scene, at, v] { benchmark::DoNotOptimize(at->jvp(v).data()); },
          .failure = verdict("against central differences", relative_difference(at->jvp(v), difference), 1e-6)};
}

using Prepare = Prepared (*)(const SharedScene&);

std::string shape(const Scene& scene) {
  return fmt::format("{} {} n={} B={}", fmt::join(scene.network().widths(), "-"), to_text(scene.network().activation()),
                     scene.network().parameters(), scene.batch.size());
}

}  // namespace

void add_networks(Suite& suite) {
  const std::vector<std::pair<const char*, Prepare>> cases = {
      {"run", prepare_run}, {"linearize", prepare_linearize}, {"vjp", prepare_vjp}, {"jvp", prepare_jvp}};
  for (const std::string& name : problem_names()) {
    if (!problem_facts(name).has_network) continue;
    for (const auto& [what, prepare] : cases)
      suite.add(fmt::format("network/{}/{}", name, what), [name, prepare = prepare] {
        const auto scene = std::make_shared<const Scene>(name, "dp-adam", std::vector<SettingOverride>{}, kBatch);
        Prepared prepared = prepare(scene);
        prepared.label = shape(*scene);
        return prepared;
      });
  }
}

}  // namespace physgrad::kernels_bench
