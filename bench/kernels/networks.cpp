// The passes of the networks that the catalogue's problems use.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>

#include "physgrad/catalogue/facts.hpp"
#include "physgrad/model/activation.hpp"
#include "scene.hpp"
#include "suite.hpp"

namespace physgrad::kernels_bench {
namespace {

using SharedScene = std::shared_ptr<const Scene>;

Activation activation_of(const Network& network) {
  return parse_activation(std::get<std::string>(network.description().at("activation")));
}

double activated(Activation activation, double z) {
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

/// A dense chain by its definition, number by number.
Matrix plain_forward(const Network& network, const Vector& theta, const Matrix& input) {
  const Activation activation = activation_of(network);
  Matrix values = input;
  for (const Block& block : network.blocks()) {
    const bool last = &block == &network.blocks().back();
    Matrix next(block.outputs, input.cols());
    for (Index sample = 0; sample < input.cols(); ++sample)
      for (Index o = 0; o < block.outputs; ++o) {
        double z = theta[block.biases + o];
        for (Index i = 0; i < block.inputs; ++i) z += theta[block.weights + o * block.inputs + i] * values(i, sample);
        next(o, sample) = last ? z : activated(activation, z);
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

Prepared prepare_record(const SharedScene& scene) {
  const auto record = [scene] { return scene->network().record(scene->theta, scene->batch.input); };
  const Matrix expected = plain_forward(scene->network(), scene->theta, scene->batch.input);
  return {.run = [record] { benchmark::DoNotOptimize(record()->output().data()); },
          .failure = verdict("against plain loops", relative_difference(record()->output(), expected), 1e-12)};
}

std::shared_ptr<Tape> recorded(const SharedScene& scene) {
  return scene->network().record(scene->theta, scene->batch.input);
}

Vector vjp(Tape& at, const Matrix& seed) {
  Vector gradient;
  at.vjp(seed, gradient);
  return gradient;
}

Matrix jvp(Tape& at, const Vector& v) {
  Matrix dx;
  at.jvp(v, dx);
  return dx;
}

Prepared prepare_vjp(const SharedScene& scene) {
  const auto at = recorded(scene);
  const Matrix v = direction(scene->theta.size(), 1);
  const Matrix w = direction(scene->control.rows(), scene->control.cols());
  return {.run = [scene, at, w] { benchmark::DoNotOptimize(vjp(*at, w).data()); },
          .failure = verdict("<J v, w> = <v, J^T w>", transpose_error(v, jvp(*at, v), w, vjp(*at, w)), 1e-12)};
}

Prepared prepare_jvp(const SharedScene& scene) {
  const auto at = recorded(scene);
  const Vector v = direction(scene->theta.size(), 1);
  const double h = activation_of(scene->network()) == Activation::relu ? 1e-8 : 1e-5;
  const auto run = [&](double step) { return scene->network().run(scene->theta + step * v, scene->batch.input); };
  const Matrix difference = (run(h) - run(-h)) / (2 * h);
  return {.run = [scene, at, v] { benchmark::DoNotOptimize(jvp(*at, v).data()); },
          .failure = verdict("against central differences", relative_difference(jvp(*at, v), difference), 1e-6)};
}

using Prepare = Prepared (*)(const SharedScene&);

std::string shape(const Scene& scene) {
  const SettingMap network = scene.network().description();
  return fmt::format("{} {} n={} B={}", to_text(network.at("widths")), to_text(network.at("activation")),
                     scene.network().parameters(), scene.batch.size());
}

}  // namespace

void add_networks(Suite& suite) {
  const std::vector<std::pair<const char*, Prepare>> cases = {
      {"run", prepare_run}, {"linearize", prepare_record}, {"vjp", prepare_vjp}, {"jvp", prepare_jvp}};
  for (const std::string& name : suite.catalogue().problem_names()) {
    if (!problem_facts(suite.catalogue(), name).has_network) continue;
    for (const auto& [what, prepare] : cases)
      suite.add(fmt::format("network/{}/{}", name, what), [&catalogue = suite.catalogue(), name, prepare = prepare] {
        const auto scene =
            std::make_shared<const Scene>(catalogue, name, "dp-adam", std::vector<SettingOverride>{}, kBatch);
        Prepared prepared = prepare(scene);
        prepared.label = shape(*scene);
        return prepared;
      });
  }
}

}  // namespace physgrad::kernels_bench
