// K-FAC against another implementation, against its formula by hand, and at the edges of what it is defined for.
#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>
#include <numeric>

#include "built_in.hpp"
#include "physgrad/linalg/kronecker_solve.hpp"
#include "update/one_update.hpp"
#include "update/three_updates.hpp"

namespace physgrad::testing {
namespace {

Matrix with_ones(const Matrix& inputs) {
  Matrix result(inputs.rows() + 1, inputs.cols());
  result << inputs, Matrix::Ones(1, inputs.cols());
  return result;
}

Matrix damped(const Matrix& matrix, double damping) {
  return matrix + damping * Matrix::Identity(matrix.rows(), matrix.cols());
}

/// D [outputs x (inputs + 1)] of what one layer was given and what it answers for, `uses` columns a sample, in the
/// first update.
Matrix direction(const Matrix& inputs, const Matrix& sensitivities, Index uses, double damping) {
  const auto batch = static_cast<double>(inputs.cols() / uses);
  const Matrix given = with_ones(inputs), g = sensitivities * given.transpose();
  const Matrix a = given * given.transpose() / batch;
  const Matrix s = sensitivities * sensitivities.transpose() * batch / static_cast<double>(uses);
  const double pi = std::sqrt(a.diagonal().mean() / s.diagonal().mean()), root = std::sqrt(damping);
  return damped(s, root / pi).inverse() * g * damped(a, root * pi).inverse();
}

/// One layer that is applied to each of `uses` pieces of the input: a convolution without overlap.
class Repeated final : public Network {
 public:
  Repeated(Index inputs, Index outputs, Index uses) : block_{{inputs, outputs, 0, inputs * outputs, uses}} {}
  [[nodiscard]] Shape input() const override { return {block_[0].inputs * block_[0].uses}; }
  [[nodiscard]] Shape output() const override { return {block_[0].outputs * block_[0].uses}; }
  [[nodiscard]] Index parameters() const override { return (block_[0].inputs + 1) * block_[0].outputs; }
  [[nodiscard]] Vector initial(Rng& rng) const override { return rng.uniform_matrix(parameters(), 1, -0.1, 0.1); }
  void run(const Vector& theta, const Matrix& input, Matrix& x) const override {
    x = Recorded(block_[0], theta, input).output();
  }
  void record(const Vector& theta, const Matrix& input, std::unique_ptr<Tape>& tape) const override {
    tape = std::make_unique<Recorded>(block_[0], theta, input);
  }
  [[nodiscard]] std::span<const Block> blocks() const override { return block_; }
  [[nodiscard]] Index tape_size() const override { return input().size() + output().size(); }
  [[nodiscard]] SettingMap description() const override { return {}; }
  using Network::record;
  using Network::run;

 private:
  class Recorded final : public Tape {
   public:
    Recorded(const Block& block, const Vector& theta, const Matrix& input)
        : block_(block), pieces_(input.reshaped(block.inputs, input.cols() * block.uses)) {
      const Eigen::Map<const Matrix> weights(theta.data(), block.inputs, block.outputs);  // of rows
      const Matrix out = (weights.transpose() * pieces_).colwise() + theta.segment(block.biases, block.outputs);
      output_ = out.reshaped(block.outputs * block.uses, input.cols());
    }
    [[nodiscard]] const Matrix& output() const override { return output_; }
    [[nodiscard]] std::span<const Matrix> hidden() const override { return {}; }
    void jvp(const Vector& /*v*/, Matrix& /*dx*/) override { throw std::logic_error("not asked for"); }
    void vjp(const Matrix& seed, Vector& gradient) override {
      const Matrix s = seed.reshaped(block_.outputs, seed.cols() * block_.uses);
      gradient.resize((block_.inputs + 1) * block_.outputs);
      gradient << (pieces_ * s.transpose()).reshaped(), s.rowwise().sum();
    }
    void factors(const MatrixRef& seeds, Index /*first*/, Index /*per_sample*/, std::vector<Factor>& out) override {
      out.resize(1);
      out[0].sensitivities = Matrix(seeds).reshaped(block_.outputs, seeds.cols() * block_.uses);
      out[0].inputs = &pieces_;
    }

   private:
    Block block_;
    Matrix pieces_, output_;
  };

  std::vector<Block> block_;
};

TEST(KroneckerSolve, IsTheInverseOfBothSides) {
  Rng rng(4, "matrices");
  const auto definite = [&](Index order) {
    const Matrix root = rng.uniform_matrix(order, order, -1, 1);
    return damped(root * root.transpose(), 0.5);
  };
  Matrix left = definite(5), right = definite(3), x = rng.uniform_matrix(5, 3, -1, 1);
  const Matrix expected = left.inverse() * x * right.inverse();
  ASSERT_TRUE(kronecker_solve(left, right, x));
  EXPECT_LT((x - expected).norm(), 1e-13 * expected.norm());
  Matrix indefinite = -Matrix::Identity(3, 3), identity = Matrix::Identity(5, 5);
  EXPECT_FALSE(kronecker_solve(identity, indefinite, x));
}

TEST(Kfac, OfALayerUsedSeveralTimesHasTheFactorsOfKfc) {
  constexpr double kDamping = 0.01;
  ResolvedPair pair = resolve_pair(built_in(), "two-body", "dp-kfac",
                                   {parse_override(built_in(), "damping=0.01"), parse_override(built_in(), "rate=1")});
  // Eight inputs in four pieces of two make sixteen controls of four.
  pair.problem.network = std::make_shared<Repeated>(2, 4, 4);
  PreparedData data = prepare_data(pair.problem, 3);
  const Batch batch = select_samples(data.train, {0, 1, 2, 3, 4});
  Meter meter;
  Evaluation at(pair.problem, data.theta, batch, meter, true);
  Vector update;
  StepReport report;
  pair.method->update(at, {}, update, report);
  const Matrix seeds = at.physics_vjp(at.loss_gradient());
  const Matrix expected = direction(batch.input.reshaped(2, 20), seeds.reshaped(4, 20), 4, kDamping);
  Vector all(12);
  all << expected.leftCols(2).transpose().reshaped(), expected.col(2);
  EXPECT_LT((update + all).norm(), 1e-11 * all.norm());
  EXPECT_EQ(meter.costs.network_vjps, 5);
}

TEST(Kfac, WithoutANetworkScalesByTheGradientsOwnSecondMoment) {
  const double damping = 1e-2, rate = 0.5;
  OneUpdate one("quadratic", "dp-kfac", 1, {"damping=1e-2", "rate=0.5"});
  const Vector g = one.at->gradient();                                          // (6, 108)
  const double root = std::sqrt(damping), pi = std::sqrt(2 / g.squaredNorm());  // tr A / 1 = 1, tr S / 2
  const Vector expected = -rate * g / (g.squaredNorm() + root / pi) / (1 + root * pi);
  EXPECT_LT((one.update - expected).norm(), 1e-12 * expected.norm());
}

TEST(Kfac, StaysWhereNoSampleIsSensitive) {
  ResolvedPair pair = resolve_pair(built_in(), "quadratic", "dp-kfac", {});
  Rng rng(0, "data");
  const Batch batch = pair.problem.sample(rng, 1);
  const Vector theta = Vector::Zero(2);
  Meter meter;
  Evaluation at(pair.problem, theta, batch, meter, true);
  Vector update;
  StepReport report;
  pair.method->update(at, {}, update, report);
  EXPECT_TRUE(update.isZero(0.0));
}

TEST(Kfac, WithMuchDampingIsTheGradient) {
  OneUpdate one("two-body", "dp-kfac", 6, {"damping=1e12", "rate=1e12"});
  const Vector g = one.at->gradient();
  EXPECT_LT((one.update + g).norm(), 1e-4 * g.norm());
}

TEST(Kfac, GoesWithEveryPhysicsStepAndRule) {
  OneUpdate one("two-body", "compose:loss=newton,physics=inverse,network=kfac,rule=sgd,damping=1e12,rate=1e12", 6, {});
  const Vector proxy = one.at->network_vjp(one.report.physics_step);
  EXPECT_LT((one.update - proxy).norm(), 1e-3 * proxy.norm());
}

TEST(Kfac, SinglePrecisionRoundsWhatItHandsOver) {
  OneUpdate exact("two-body", "dp-kfac", 6, {"damping=0.1"});
  ResolvedPair pair =
      resolve_pair(built_in(), "two-body", "dp-kfac",
                   {parse_override(built_in(), "damping=0.1"), parse_override(built_in(), "precision=single")});
  Meter meter;
  Evaluation at(exact.pair.problem, exact.data.theta, exact.batch, meter, true, pair.method->rounding);
  Vector update;
  StepReport report;
  pair.method->update(at, {}, update, report);
  EXPECT_GT((update - exact.update).norm(), 1e-12 * exact.update.norm());
  EXPECT_LT((update - exact.update).norm(), 1e-4 * exact.update.norm());
}

TEST(Kfac, SaysSoWhereAFactorHasNoInverse) {
  // The damping is 1e-19 of S, which four samples do not fill.
  OneUpdate one("scaled-fit", "dp-kfac", 4, {"lambda=1e6", "damping=1e-14"});
  EXPECT_FALSE(one.update.allFinite());
  EXPECT_NE(one.report.kernel_failure.find("Fisher"), std::string::npos) << one.report.kernel_failure;
}

// An implementation in JAX, double precision, from the formulas of docs/methods.md and the batches and weights that
// `inspect --seed 1 --batch 12` writes; factors by their definition, inverses explicit.
TEST(Kfac, ThreeUpdatesAreThoseOfAnotherImplementation) {
  const std::vector<std::string> settings = {"rate=1e-2", "damping=1e-3", "factor_decay=0.95", "momentum=0.9"};
  expect_updates(
      three_updates("coupled-oscillators", "dp-kfac", settings),
      {{0.1825516186180041, -0.004714258522873083, 0.01211884374726338, 0.00655930996443448, 0.7426534609592484},
       {0.334148921276489, -0.005800874178451189, 0.02728108620879218, 0.003123509147746801, 0.6398464970487},
       {0.4285153806212235, -0.0385353876626286, 0.03031361526633887, 0.01092764039664114, 0.2574210721981845}},
      1e-9);
  expect_updates(
      three_updates("exponential", "dp-kfac", settings),
      {{0.06260951135949416, -0.000375349082833807, -0.0004039780253183221, -0.001630936644965951, 0.4638416035486218},
       {0.1085030135751026, -0.0004099282599875101, -0.0007752144791679763, -0.002589076506765252, 0.3575170250093507},
       {0.1522403007516131, -0.0006878879274241417, -0.001263135603723373, -0.002804935092153493, 0.3068370985317332}},
      1e-9);
}

}  // namespace
}  // namespace physgrad::testing
