// Every kernel of the partial inverse on Jacobians of the catalogue's problems (sizes.hpp), kappa = 1/2:
//   partial_inverse/SIZE/tau=TAU/KERNEL    from the network: what the kernel needs of it (J, or its structured Gram
//                                          matrix) included
//   over_rows/KERNEL/ROWS                  the same on nonlinear-oscillators over batch sizes, with the order of growth
//   backends/BACKEND/KERNEL                the same at size (b) by every back end that was built
//
// The label names the kernel that answered. A kernel that misses the asked accuracy hands over to another, and its time
// then holds both. `svd-single` and its like are the published
// practice, precision=single; their error is shown, not bounded.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "physgrad/linalg/backend.hpp"
#include "physgrad/linalg/kernel_table.hpp"
#include "physgrad/linalg/thin_svd.hpp"
#include "physgrad/update/joint_jacobian.hpp"
#include "scene.hpp"
#include "sizes.hpp"
#include "suite.hpp"

namespace physgrad::kernels_bench {
namespace {

/// The default of the setting `accuracy`, which runs have.
constexpr double kAccuracy = 1e-4;

/// A batch, its joint Jacobian as an operator, and the reference answer, built when the first case needs it.
class JacobianScene {
 public:
  JacobianScene(const Catalogue& catalogue, const std::string& problem, Index batch)
      : scene_(catalogue, problem, "hig", {}, batch),
        evaluation_(scene_.problem(), scene_.theta, scene_.batch, meter_, true),
        gradient_(evaluation_.loss_gradient().reshaped()) {}
  // The evaluation refers to its neighbours.
  JacobianScene(const JacobianScene&) = delete;
  JacobianScene& operator=(const JacobianScene&) = delete;

  [[nodiscard]] Index rows() { return evaluation_.rows(); }
  [[nodiscard]] Index cols() const { return scene_.network().parameters(); }

  /// The evaluation keeps what it computed: only what the kernel adds is timed.
  [[nodiscard]] PartialInverseResult invert(const PartialInverseOptions& options) {
    JointJacobian jacobian(evaluation_);
    return partial_inverse(jacobian, gradient_, options);
  }

  /// V S^{-kappa} U^T g by the singular value decomposition of J in double precision.
  [[nodiscard]] Vector reference(double kappa, double tau) {
    if (svd_.values.size() == 0) decompose();
    const Vector& s = svd_.values;
    const double floor = std::numeric_limits<double>::epsilon() * static_cast<double>(cols());
    Vector factors = Vector::Zero(s.size());
    for (Index i = 0; i < s.size(); ++i)
      if (s[i] > std::max(tau, floor) * s[0]) factors[i] = std::pow(s[i], -kappa);
    return svd_.v * factors.cwiseProduct(svd_.u.transpose() * gradient_);
  }

 private:
  void decompose() {
    const Matrix matrix = JointJacobian(evaluation_).dense();
    svd_ = thin_svd(matrix);
    const Matrix identity = Matrix::Identity(svd_.values.size(), svd_.values.size());
    const double defect = std::max({relative_difference(svd_.u * svd_.values.asDiagonal() * svd_.v.transpose(), matrix),
                                    (svd_.u.transpose() * svd_.u - identity).cwiseAbs().maxCoeff(),
                                    (svd_.v.transpose() * svd_.v - identity).cwiseAbs().maxCoeff()});
    if (const std::string failure = verdict("reference SVD", defect, 1e-12); !failure.empty())
      throw std::runtime_error(failure);
  }

  Scene scene_;
  Meter meter_;
  Evaluation evaluation_;
  Vector gradient_;
  ThinSvd svd_;
};

struct Contender {
  std::string name, kernel, precision;
};

std::vector<Contender> contenders() {
  std::vector<Contender> all = {{"auto", "auto", "double"}};
  for (const std::string& kernel : partial_inverse_kernels()) all.push_back({kernel, kernel, "double"});
  for (const std::string& kernel : single_precision_kernels()) all.push_back({kernel + "-single", kernel, "single"});
  return all;
}

/// The full SVD of the largest size takes ten minutes: there the estimate of the kernel has to do as a check.
constexpr Index kReferenceRows = 1024;

Prepared prepare(JacobianScene& scene, const PartialInverseOptions& options) {
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
                  PartialInverseOptions options;
                  options.tau = tau;
                  options.accuracy = kAccuracy;
                  options.kernel = contender.kernel;
                  options.precision = contender.precision;
                  return prepare(**shared, options);
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
      PartialInverseOptions options;
      options.tau = 1e-5;
      options.accuracy = kAccuracy;
      options.kernel = contender.kernel;
      options.precision = contender.precision;
      return prepare(**scene, options);
    });
  }
}

}  // namespace

void add_partial_inverses(Suite& suite) {
  for (const NamedSize& size : kSizes)
    if (!size.large || suite.large()) add_size(suite, size);
  add_over_rows(suite);
  add_backends(suite);
}

}  // namespace physgrad::kernels_bench
