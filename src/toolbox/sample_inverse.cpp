#include "physgrad/toolbox/sample_inverse.hpp"

#include <algorithm>

#include "physgrad/linalg/small_partial_inverse.hpp"

namespace physgrad {

void count_sample_svds(Evaluation& at, Index samples) {
  const Simulator& simulator = *at.problem().simulator;
  count_sample_decompositions(
      samples, svd_flops(static_cast<double>(simulator.outputs()), static_cast<double>(simulator.controls())),
      at.costs());
}

double batch_bytes(const MethodSizes& sizes, double count) { return 8 * count * static_cast<double>(sizes.batch); }

double sample_svd_bytes(const MethodSizes& sizes) { return small_partial_inverse_bytes(sizes.outputs, sizes.controls); }

namespace {

class SampleInverse final : public PhysicsStep {
 public:
  SampleInverse(double kappa, double tau) : kappa_(kappa), tau_(tau) {}

  void step(Evaluation& at, Matrix& dy, Matrix& dx, StepReport& /*report*/) override {
    const Matrix& adjoints = at.control_adjoints();
    const PhaseScope scope(at.clock(), Phase::linear_algebra);
    SmallPartialInverse inverse(kappa_, tau_);
    inverse.apply(adjoints, dy, dx);
    count_sample_svds(at, inverse.decompositions());
  }
  // All samples' Jacobians, and while they are made a seed and its product.
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes) const override {
    const auto dx = static_cast<double>(sizes.controls), dy = static_cast<double>(sizes.outputs);
    return batch_bytes(sizes, dx * dy) +
           std::max(batch_bytes(sizes, dx + dy) + sizes.adjoints_bytes, sample_svd_bytes(sizes));
  }
  [[nodiscard]] double kept_bytes(const MethodSizes& sizes) const override {
    return batch_bytes(sizes, static_cast<double>(sizes.controls * sizes.outputs));
  }

 private:
  double kappa_, tau_;
};

}  // namespace

std::unique_ptr<PhysicsStep> make_sample_inverse(double kappa, double tau) {
  return std::make_unique<SampleInverse>(kappa, tau);
}

}  // namespace physgrad
