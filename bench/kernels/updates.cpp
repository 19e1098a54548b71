// Whole update steps of every method on coupled-oscillators: network, simulator, derivatives, linear algebra and rule,
// at the batch size of the problem's settings.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>

#include "scene.hpp"
#include "suite.hpp"

namespace physgrad::kernels_bench {
namespace {

constexpr const char* kProblem = "coupled-oscillators";

Index batch_of(const std::string& method) { return resolve_pair(kProblem, method, {}).method->batch; }

struct UpdateScene : Scene {
  explicit UpdateScene(const std::string& method) : Scene(kProblem, method, {}, batch_of(method)) {}
  // The method keeps its moments between calls, as in training; theta and batch stay.
  Vector update() {
    Evaluation at(problem(), theta, batch, clock, pair.method->needs_derivatives());
    StepReport report;
    return pair.method->update(at, report);
  }
  [[nodiscard]] double loss(const Vector& weights) const {
    const Matrix x = network().run(weights, batch.input);
    return problem().loss->value(problem().simulator->run(x, batch.context), batch.target);
  }
  PhaseClock clock;
};

/// The first update has to be a descent direction, by the gradient and by differences of the loss.
std::string check(UpdateScene& scene) {
  const Vector update = scene.update();
  Evaluation at(scene.problem(), scene.theta, scene.batch, scene.clock, true);
  const double slope = at.gradient().dot(update) / update.norm();
  if (!(slope < 0)) return fmt::format("not a descent direction: slope {:.2e}", slope);
  const Vector step = 1e-5 * update.normalized();
  const double difference = (scene.loss(scene.theta + step) - scene.loss(scene.theta - step)) / 2e-5;
  return verdict("slope against central differences", std::abs(difference / slope - 1), 1e-4);
}

}  // namespace

void add_updates(Suite& suite) {
  for (const std::string& method : method_names()) {
    if (!skip_reason(kProblem, method).empty()) continue;
    suite.add(fmt::format("update/{}/{}", kProblem, method), [method] {
      const auto scene = std::make_shared<UpdateScene>(method);
      std::string failure = check(*scene);
      return Prepared{.run = [scene] { benchmark::DoNotOptimize(scene->update().data()); },
                      .failure = std::move(failure),
                      .label = fmt::format("B={}", scene->batch.size())};
    });
  }
}

}  // namespace physgrad::kernels_bench
