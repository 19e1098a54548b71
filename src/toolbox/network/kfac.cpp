// K-FAC: the gradient of each layer between the damped inverses of two factors of its Fisher matrix,
//   D = (S + s_d I)^-1 G (A + a_d I)^-1,  A = E[a a^T],  S = E[s s^T],
// a what the layer is given, with a 1 appended for the biases, s the sensitivity of a sample's loss to the layer's
// pre-activations, G = [dL/dW dL/db]. Both are running means whose start from zero is corrected for. The damping lambda
// is shared so that both factors are disturbed alike (Martens & Grosse, section 6.3): a_d = sqrt(lambda) pi,
// s_d = sqrt(lambda) / pi, pi^2 = (tr A / dim A) / (tr S / dim S). The sensitivities are those of the direction that
// is asked for, not of targets drawn from the model: the empirical Fisher matrix. A layer that is used several times a
// sample has the factors of KFC (Grosse & Martens 2016): A is a sum over its uses, S a mean.
#include <algorithm>
#include <cmath>
#include <vector>

#include "physgrad/linalg/kronecker_solve.hpp"
#include "physgrad/toolbox/layer_matrices.hpp"
#include "physgrad/toolbox/rule_settings.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

/// sum over the columns a of `inputs` of a a^T, or of (a, 1) (a, 1)^T.
void second_moment(const Matrix& inputs, bool with_one, Matrix& out) {
  const Index rows = inputs.rows();
  out.resize(rows + (with_one ? 1 : 0), rows + (with_one ? 1 : 0));
  if (rows > 0) default_backend().gram(inputs, false, out.topLeftCorner(rows, rows));
  if (!with_one) return;
  out.col(rows).head(rows) = inputs.rowwise().sum();
  out.row(rows).head(rows) = out.col(rows).head(rows).transpose();
  out(rows, rows) = static_cast<double>(inputs.cols());
}

class KroneckerFactored final : public NetworkStep {
 public:
  KroneckerFactored(double damping, double decay) : damping_(damping), decay_(decay) {}

  void step(Evaluation& at, const StepLimits& /*limits*/, Matrix& dx, Vector& gradient, StepReport& report) override {
    if (!at.problem().network->per_sample())
      throw UsageError("network=kfac needs factors of the layers, and a network that couples samples has none");
    dx = -dx;
    read_factors(at, dx);
    gradient.resize(at.theta().size());
    const std::span<const Block> blocks = at.problem().network->blocks();
    const PhaseScope scope(at.clock(), Phase::linear_algebra);
    layers_.resize(blocks.size());
    weight_ = decay_ * weight_ + 1;
    for (std::size_t l = 0; l < blocks.size(); ++l) {
      add(factors_[l], blocks[l], at.samples(), layers_[l]);
      if (!put_direction(factors_[l], layers_[l], blocks[l], gradient)) {
        report.kernel = "cholesky";
        report.kernel_failure = "a damped factor of the Fisher matrix has none in double precision";
      }
      at.costs().decompositions += 2;
      at.costs().flops += operations(blocks[l], at.samples());
    }
    if (at.rounding() == Rounding::single) round_to_single(gradient);
  }
  // The layers' factors and sensitivities; of the largest layer damped factors and what they are applied to.
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& /*limits*/) const override {
    double kept = 0, most = 0;
    for (const Block& block : sizes.blocks) {
      const auto a = static_cast<double>(block.inputs + 1), s = static_cast<double>(block.outputs);
      kept += a * a + s * s + s * static_cast<double>(block.uses * sizes.batch);
      most = std::max(most, a * a + s * s + a * s);
    }
    return 8 * (kept + most);
  }

 private:
  /// Sums of second moments, each `decay` times what it was a step before.
  struct Layer {
    Matrix inputs, sensitivities;
  };

  void read_factors(Evaluation& at, const Matrix& seeds) {
    Tape& network = at.network();
    const PhaseScope scope(at.clock(), Phase::derivative);
    const HeapUseScope use(at.clock(), HeapUse::network);
    network.factors(seeds, 0, 1, factors_);
    at.count_network_vjps(at.samples());
  }

  // A direction is a sum over the batch, s of one sample B times its share of it. KFC's mean over uses is of S alone.
  void add(const Factor& factor, const Block& block, Index samples, Layer& layer) const {
    const auto batch = static_cast<double>(samples), uses = static_cast<double>(block.uses);
    Matrix moment;
    second_moment(*factor.inputs, true, moment);
    if (layer.inputs.size() == 0) layer.inputs = Matrix::Zero(moment.rows(), moment.cols());
    layer.inputs = decay_ * layer.inputs + moment / batch;
    second_moment(factor.sensitivities, false, moment);
    if (layer.sensitivities.size() == 0) layer.sensitivities = Matrix::Zero(moment.rows(), moment.cols());
    layer.sensitivities = decay_ * layer.sensitivities + moment * (batch / uses);
  }

  /// Writes the layer's part of the direction; false where finite factors have no inverse.
  [[nodiscard]] bool put_direction(const Factor& factor, const Layer& layer, const Block& block, Vector& out) const {
    Matrix a = layer.inputs / weight_, s = layer.sensitivities / weight_, g(block.outputs, block.inputs + 1);
    if (block.inputs > 0) g.leftCols(block.inputs).noalias() = factor.sensitivities * factor.inputs->transpose();
    g.rightCols(1) = factor.sensitivities.rowwise().sum();
    const bool finite = a.allFinite() && s.allFinite();
    const double ratio = a.trace() * static_cast<double>(s.rows()) / (s.trace() * static_cast<double>(a.rows()));
    // Where no sample is sensitive there is nothing to balance.
    const double pi = s.trace() > 0 ? std::sqrt(ratio) : 1.0;
    a.diagonal().array() += std::sqrt(damping_) * pi;
    s.diagonal().array() += std::sqrt(damping_) / pi;
    const bool solved = finite && kronecker_solve(s, a, g);
    if (!solved) g.setConstant(std::nan(""));
    set_layer_weights(g.leftCols(block.inputs), block, out);
    out.segment(block.biases, block.outputs) = g.rightCols(1);
    return solved || !finite;
  }

  /// Second moments, Cholesky factors and substitutions.
  [[nodiscard]] static double operations(const Block& block, Index samples) {
    const auto a = static_cast<double>(block.inputs + 1), s = static_cast<double>(block.outputs);
    const auto columns = static_cast<double>(block.uses * samples);
    return columns * (a * a + s * s) + (a * a * a + s * s * s) / 3 + 2 * a * s * (a + s);
  }

  double damping_, decay_;
  double weight_ = 0;  // of all second moments in the layers' sums
  std::vector<Layer> layers_;
  std::vector<Factor> factors_;
};

}  // namespace

PartDefinition network_kfac() {
  return {.summary = "the network's adjoint between the damped inverses of its layers' Kronecker factors (K-FAC)",
          .citation = "Martens, Grosse, ICML 2015 (arXiv 1503.05671); Grosse, Martens, ICML 2016 (arXiv 1602.01407)",
          .settings = {tuned(real_setting("damping", 1e-3, 1e-14, 1e12, "added to every layer's Fisher matrix"),
                             {.low = 1e-8, .high = 1}),
                       decay_setting("factor_decay", 0.95, "decay of the running means of the factors"),
                       choice_setting("precision", "double", {"double", "single"},
                                      "single: weights, states and gradients rounded to single precision")},
          .make = [](const Settings& settings) {
            return std::make_unique<KroneckerFactored>(settings.real("damping"), settings.real("factor_decay"));
          }};
}

}  // namespace physgrad::parts
