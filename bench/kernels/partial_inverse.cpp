// Every kernel of the partial inverse on Jacobians of the catalogue's problems (sizes.hpp), kappa = 1/2:
//   partial_inverse/SIZE/tau=TAU/KERNEL    from the network: what the kernel needs of it (J, or its structured Gram
//                                          matrix) included
//   over_rows/KERNEL/ROWS                  the same on nonlinear-oscillators over batch sizes, with the order of growth
//   backends/BACKEND/KERNEL                the same at size (b) by every back end that was built
//   given/SIZE/KERNEL                      J as an explicit matrix, tau = 1e-6: what other libraries can be asked for
//                                          too (scripts/peers/run)
//
// The label names the kernel that answered. A kernel that misses the asked accuracy hands over to another, and its time
// then holds both. `svd-single` and its like are the published practice, precision=single; their error is shown, not
// bounded.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "jacobian_scene.hpp"
#include "physgrad/linalg/backend.hpp"
#include "physgrad/linalg/kernel_table.hpp"
#include "sizes.hpp"
#include "suite.hpp"

namespace physgrad::kernels_bench {
namespace {

/// The same with J formed beforehand; who decomposes it knows nothing of layers.
class GivenScene : public JacobianScene {
 public:
  GivenScene(const Catalogue& catalogue, const std::string& problem, Index batch)
      : JacobianScene(catalogue, problem, batch), matrix_(dense()) {}
  [[nodiscard]] PartialInverseResult invert(const PartialInverseOptions& options) {
    DenseJacobian jacobian(matrix_, options.chosen_backend());
    return partial_inverse(jacobian, gradient(), options);
  }

 private:
  Matrix matrix_;
};

template <class SceneKind>
Prepared prepare(SceneKind& scene, const PartialInverseOptions& options) {
  const PartialInverseResult result = scene.invert(options);
  const bool compared = scene.rows() <= kReferenceRows;
  const double error = compared ? relative_difference(result.direction, scene.reference(options.kappa, options.tau))
                                : result.error_estimate;
  const double allowed = options.precision == "double" ? options.accuracy : std::numeric_limits<double>::infinity();
  return {.run = [&scene, options] { benchmark::DoNotOptimize(scene.invert(options).direction.data()); },
          .failure = verdict(compared ? "against the singular value decomposition" : "by its estimate", error, allowed),
          .label = result.kernel,
          .counters = {{"error", error},
                       {"estimate", result.error_estimate},
                       {"rows", static_cast<double>(scene.rows())},
                       {"cols", static_cast<double>(scene.cols())},
                       {"kept_rank", static_cast<double>(result.kept_rank)}}};
}

void add_size(Suite& suite, const NamedSize& size) {
  const auto shared = std::make_shared<std::unique_ptr<JacobianScene>>();
  for (const double tau : {1e-4, 1e-6, 1e-8})
    for (const Contender& contender : contenders())
      suite.add(fmt::format("partial_inverse/{}/tau={:g}/{}", size.name, tau, contender.name),
                [=, &catalogue = suite.catalogue()] {
                  if (!*shared) *shared = std::make_unique<JacobianScene>(catalogue, size.problem, size.batch);
                  return prepare(**shared, contender.options(tau));
                });
}

void add_given(Suite& suite, const NamedSize& size) {
  const auto shared = std::make_shared<std::unique_ptr<GivenScene>>();
  for (const Contender& contender : contenders())
    suite.add(fmt::format("given/{}/{}", size.name, contender.name), [=, &catalogue = suite.catalogue()] {
      if (!*shared) *shared = std::make_unique<GivenScene>(catalogue, size.problem, size.batch);
      return prepare(**shared, contender.options(kGivenTau));
    });
}

void add_backends(Suite& suite) {
  for (const std::string_view name : backend_names())
    for (const std::string& kernel : partial_inverse_kernels())
      suite.add(fmt::format("backends/{}/{}", name, kernel), [=, &catalogue = suite.catalogue()] {
        const NamedSize& size = *std::ranges::find(kSizes, std::string_view("b"), &NamedSize::name);
        const auto scene = std::make_shared<JacobianScene>(catalogue, size.problem, size.batch);
        PartialInverseOptions options;
        options.tau = 1e-5;
        options.accuracy = kAccuracy;
        options.kernel = kernel;
        options.backend = &backend(name);
        Prepared prepared = prepare(*scene, options);
        prepared.run = [scene, options] { benchmark::DoNotOptimize(scene->invert(options).direction.data()); };
        return prepared;
      });
}

void add_over_rows(Suite& suite) {
  constexpr long kOutputs = 4;
  for (const Contender& contender : contenders()) {
    // What `auto` never takes for its speed takes ten seconds at 2,048 rows.
    const KernelEntry* kernel = find_kernel(contender.kernel);
    const bool slow = kernel != nullptr && kernel->pays_from == KernelEntry::kNever;
    std::vector<long> rows = {32, 64, 128, 256, 512};
    if (!slow) rows.insert(rows.end(), {1024, 2048});
    const auto scene = std::make_shared<std::unique_ptr<JacobianScene>>();
    suite.add_family("over_rows/" + contender.name, rows, [=, &catalogue = suite.catalogue()](long m) {
      *scene = std::make_unique<JacobianScene>(catalogue, "nonlinear-oscillators", m / kOutputs);
      return prepare(**scene, contender.options(1e-5));
    });
  }
}

}  // namespace

void add_partial_inverses(Suite& suite) {
  for (const NamedSize& size : kSizes)
    if (!size.large || suite.large()) add_size(suite, size);
  add_over_rows(suite);
  add_backends(suite);
  for (const NamedSize& size : kSizes)
    if (!size.large || suite.large()) add_given(suite, size);
}

}  // namespace physgrad::kernels_bench
