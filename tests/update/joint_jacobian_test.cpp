// The joint Jacobian of a network that couples the samples of a batch. Those of the catalogue: tests/contract.
#include "physgrad/update/joint_jacobian.hpp"

#include <gtest/gtest.h>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/train/trainer.hpp"

namespace physgrad::testing {
namespace {

/// x = W (a - mean of a over the batch) + b, as where a batch is normalised.
class Centred final : public Network {
 public:
  Centred(Index inputs, Index outputs) : block_{{inputs, outputs, 0, inputs * outputs}} {}
  [[nodiscard]] Shape input() const override { return {block_[0].inputs}; }
  [[nodiscard]] Shape output() const override { return {block_[0].outputs}; }
  [[nodiscard]] Index parameters() const override { return (block_[0].inputs + 1) * block_[0].outputs; }
  [[nodiscard]] Vector initial(Rng& rng) const override { return rng.uniform_matrix(parameters(), 1, -0.1, 0.1); }
  void run(const Vector& theta, const Matrix& input, Matrix& x) const override {
    x = apply(theta, input.colwise() - input.rowwise().mean());
  }
  void record(const Vector& theta, const Matrix& input, std::unique_ptr<Tape>& tape) const override {
    tape = std::make_unique<Recorded>(*this, theta, input);
  }
  [[nodiscard]] std::span<const Block> blocks() const override { return block_; }
  [[nodiscard]] Index tape_size() const override { return block_[0].inputs + block_[0].outputs; }
  [[nodiscard]] bool per_sample() const override { return false; }
  [[nodiscard]] SettingMap description() const override { return {}; }
  using Network::record;
  using Network::run;

 private:
  class Recorded final : public Tape {
   public:
    Recorded(const Centred& network, const Vector& theta, const Matrix& input)
        : network_(network),
          centred_(input.colwise() - input.rowwise().mean()),
          output_(network.apply(theta, centred_)) {}
    [[nodiscard]] const Matrix& output() const override { return output_; }
    [[nodiscard]] std::span<const Matrix> hidden() const override { return {}; }
    void jvp(const Vector& v, Matrix& dx) override { dx = network_.apply(v, centred_); }
    void vjp(const Matrix& seed, Vector& gradient) override {
      gradient.resize(network_.parameters());
      gradient << (centred_ * seed.transpose()).reshaped(), seed.rowwise().sum();
    }

   private:
    const Centred& network_;
    Matrix centred_, output_;
  };

  [[nodiscard]] Matrix apply(const Vector& theta, const Matrix& input) const {
    const Index in = block_[0].inputs, out = block_[0].outputs;
    const Eigen::Map<const Matrix> weights(theta.data(), in, out);
    return (weights.transpose() * input).colwise() + theta.tail(out);
  }

  std::vector<Block> block_;
};

struct CentredScene {
  explicit CentredScene(const std::string& method)
      : pair(resolve_pair(built_in(), "two-body", method,
                          {parse_override(built_in(), "batch=5"), parse_override(built_in(), "samples=5")})) {
    pair.problem.network = std::make_shared<Centred>(pair.problem.input.size(), pair.problem.simulator->controls());
    data = prepare_data(pair.problem, 3);
  }
  ResolvedPair pair;
  PreparedData data;
};

TEST(CoupledSamples, JacobianIsFormedAndTheLimitOfDifferences) {
  CentredScene scene("hig");
  Meter meter;
  const auto state = [&](const Vector& theta) {
    Evaluation at(scene.pair.problem, theta, scene.data.train, meter, false);
    return Matrix(at.state());
  };
  Evaluation at(scene.pair.problem, scene.data.theta, scene.data.train, meter, true);
  JointJacobian jacobian(at);
  EXPECT_FALSE(jacobian.has_structured_gram());
  const Matrix dense = jacobian.dense();
  const Vector v = Rng(1, "v").uniform_matrix(dense.cols(), 1, -1, 1);
  const Vector w = Rng(1, "w").uniform_matrix(dense.rows(), 1, -1, 1);
  const double h = 1e-6;
  const Vector difference = ((state(scene.data.theta + h * v) - state(scene.data.theta - h * v)) / (2 * h)).reshaped();
  EXPECT_LE((dense * v - difference).norm(), 1e-7 * difference.norm());
  EXPECT_LE((jacobian.times(v) - dense * v).norm(), 1e-12 * dense.norm() * v.norm());
  EXPECT_LE((jacobian.transpose_times(w) - dense.transpose() * w).norm(), 1e-12 * dense.norm() * w.norm());
  EXPECT_LE((jacobian.gram() - dense * dense.transpose()).norm(), 1e-13 * dense.squaredNorm());
  EXPECT_NEAR(jacobian.squared_norm(), dense.squaredNorm(), 1e-13 * dense.squaredNorm());
  JointJacobian controls(at, Through::network);
  EXPECT_EQ(controls.dense().rows(), at.control().size());
  EXPECT_LE((controls.times(v) - controls.dense() * v).norm(), 1e-12 * controls.dense().norm() * v.norm());
  std::vector<Factor> factors;
  EXPECT_THROW(at.network().factors(at.control_adjoints(), 0, 4, factors), std::logic_error);
}

TEST(CoupledSamples, EveryMethodMakesAStepAndPredictsTheFormedJacobian) {
  for (const std::string& method : built_in().method_names()) {
    CentredScene scene(method);
    TrainOptions options;
    options.max_steps = 2;
    if (method == "dp-kfac") {  // is made of factors
      EXPECT_THROW((void)train(scene.pair.problem, *scene.pair.method, options, {}), UsageError);
      continue;
    }
    const CellRecord record = train(scene.pair.problem, *scene.pair.method, options, {});
    EXPECT_EQ(record.status, Status::completed) << method << ": " << record.reason;
    const MethodSizes sizes = method_sizes(scene.pair.problem, 5);
    EXPECT_FALSE(sizes.factored);
    const double formed = 8.0 * static_cast<double>(sizes.outputs * 5 * sizes.parameters);
    if (method == "hig" || method == "gn" || method == "lm" || method == "spring") {
      EXPECT_GE(scene.pair.method->predicted_bytes(sizes, {}), formed) << method;
    }
  }
}

}  // namespace
}  // namespace physgrad::testing
