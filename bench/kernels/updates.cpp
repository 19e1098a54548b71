// Whole update steps: network, simulator, derivatives, linear algebra and rule.
//   update/PROBLEM/METHOD     every method at its settings of that problem
//   threads/SIZE/METHOD/N     steps on N threads, 1, 2, 4 .. as many as processors, by the time on the wall
//   step/SIZE/METHOD          methods at one batch size (sizes.hpp), so that their steps can be compared
// The counters NAME_us split a step by phase.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <thread>

#include "physgrad/catalogue/facts.hpp"
#include "physgrad/core/parallel.hpp"
#include "physgrad/core/threaded_simulator.hpp"
#include "scene.hpp"
#include "sizes.hpp"
#include "suite.hpp"

namespace physgrad::kernels_bench {
namespace {

struct UpdateScene : Scene {
  UpdateScene(const Catalogue& catalogue, const std::string& name, const std::string& method,
              const std::vector<SettingOverride>& overrides, Index count, int threads = 1)
      : Scene(catalogue, name, method, overrides, count),
        limits{.threads = threads},
        working(threaded(problem(), threads)),
        evaluation(working, theta, batch, meter, pair.method->needs_derivatives(), Rounding::none, threads) {}
  // The evaluation refers to its neighbours.
  UpdateScene(const UpdateScene&) = delete;
  UpdateScene& operator=(const UpdateScene&) = delete;
  // The method keeps its moments between calls, as in training; theta and batch stay.
  const Vector& update() {
    evaluation.reset();
    StepReport report;
    pair.method->update(evaluation, limits, step, report);
    kernel = report.kernel;
    return step;
  }
  [[nodiscard]] double loss(const Vector& weights) const {
    const Matrix x = network().run(weights, batch.input);
    return problem().loss->value(problem().simulator->run(x, batch.context), batch.target);
  }
  StepLimits limits;
  Problem working;
  Meter meter;
  Evaluation evaluation;
  Vector step;
  std::string kernel;
};

/// The first update has to be a descent direction, by the gradient and by differences of the loss.
std::string check(UpdateScene& scene) {
  const Vector update = scene.update();
  Evaluation at(scene.problem(), scene.theta, scene.batch, scene.meter, true);
  const double slope = at.gradient().dot(update) / update.norm();
  if (!(slope < 0)) return fmt::format("not a descent direction: slope {:.2e}", slope);
  const Vector step = 1e-5 * update.normalized();
  const double difference = (scene.loss(scene.theta + step) - scene.loss(scene.theta - step)) / 2e-5;
  return verdict("slope against central differences", std::abs(difference / slope - 1), 1e-3);
}

Prepared prepare(const std::shared_ptr<UpdateScene>& scene) {
  std::string failure = check(*scene);
  const auto before = std::make_shared<std::array<double, kPhases>>();
  const auto begin = [scene, before] {
    for (std::size_t p = 0; p < kPhases; ++p) (*before)[p] = scene->meter.clock.seconds(static_cast<Phase>(p));
  };
  const auto end = [scene, before](double runs) {
    Counters counters;
    for (std::size_t p = 0; p < kPhases; ++p) {
      const auto phase = static_cast<Phase>(p);
      const double spent = 1e6 * (scene->meter.clock.seconds(phase) - (*before)[p]) / runs;
      if (spent > 0 && phase != Phase::other) counters[fmt::format("{}_us", to_text(phase))] = spent;
    }
    return counters;
  };
  return {.run = [scene] { benchmark::DoNotOptimize(scene->update().data()); },
          .failure = std::move(failure),
          .label = fmt::format("B={} {}", scene->batch.size(), scene->kernel),
          .counters = {{"rows", static_cast<double>(scene->evaluation.rows())}},
          .begin = begin,
          .end = end};
}

struct Contender {
  const char* name;
  const char* method;
  const char* kernel;     ///< null where the method has none
  const char* precision;  ///< likewise
  bool forms_jacobian;
};

constexpr Contender kContenders[] = {
    {"dp-adam", "dp-adam", nullptr, nullptr, false},
    {"hig", "hig", "auto", "double", false},
    {"hig-gram", "hig", "gram", "double", false},
    {"hig-two-level", "hig", "two-level", "double", false},
    {"hig-qr-svd", "hig", "qr-svd", "double", true},
    {"hig-svd", "hig", "svd", "double", true},
    {"hig-svd-single", "hig", "svd", "single", true},
    {"gn", "gn", "auto", "double", false},
    {"lm", "lm", nullptr, nullptr, false},
    {"spring", "spring", nullptr, nullptr, false},
};

Prepared prepare_step(const Catalogue& catalogue, const NamedSize& size, const Contender& contender, int threads) {
  std::vector<SettingOverride> overrides = {{"", "", "batch", static_cast<double>(size.batch)}};
  if (contender.kernel != nullptr) {
    overrides.push_back({"", "", "kernel", std::string(contender.kernel)});
    overrides.push_back({"", "", "precision", std::string(contender.precision)});
  }
  return prepare(
      std::make_shared<UpdateScene>(catalogue, size.problem, contender.method, overrides, size.batch, threads));
}

void add_steps(Suite& suite, const NamedSize& size) {
  for (const Contender& contender : kContenders)
    suite.add(fmt::format("step/{}/{}", size.name, contender.name), [&catalogue = suite.catalogue(), size, contender] {
      return prepare_step(catalogue, size, contender, 1);
    });
}

// Whatever the processors: 2, where there is one, shows what it costs to share it.
void add_threads(Suite& suite, const NamedSize& size) {
  const int most = std::max(2, static_cast<int>(std::thread::hardware_concurrency()));
  for (const Contender& contender : kContenders)
    for (int threads = 1; threads <= most; threads *= 2)
      suite.add_threaded(fmt::format("threads/{}/{}/{}", size.name, contender.name, threads),
                         [&catalogue = suite.catalogue(), size, contender, threads] {
                           return prepare_step(catalogue, size, contender, threads);
                         });
}

}  // namespace

void add_updates(Suite& suite) {
  for (const NamedSize& size : kSizes)
    if (!size.large || suite.large()) add_steps(suite, size);
  add_steps(suite, kStepSize);
  if (has_threads()) {
    for (const NamedSize& size : kSizes)
      if (!size.large || suite.large()) add_threads(suite, size);
    add_threads(suite, kStepSize);
    add_threads(suite, kThreadSize);
  }
  for (const std::string& problem : {std::string("coupled-oscillators"), std::string("heat")})
    for (const std::string& method : suite.catalogue().method_names()) {
      if (!skip_reason(suite.catalogue(), problem, method).empty()) continue;
      suite.add(fmt::format("update/{}/{}", problem, method), [&catalogue = suite.catalogue(), problem, method] {
        const Index batch = resolve_pair(catalogue, problem, method, {}).method->batch;
        return prepare(
            std::make_shared<UpdateScene>(catalogue, problem, method, std::vector<SettingOverride>{}, batch));
      });
    }
}

}  // namespace physgrad::kernels_bench
