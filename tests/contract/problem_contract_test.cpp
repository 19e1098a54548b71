// What every problem of the catalogue must satisfy, by being in the catalogue.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "contract/test_name.hpp"
#include "contract/under_test.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/core/sample_losses.hpp"
#include "physgrad/core/threaded_simulator.hpp"
#include "physgrad/linalg/block_lower.hpp"
#include "physgrad/model/networks.hpp"
#include "physgrad/train/trainer.hpp"
#include "physgrad/update/joint_jacobian.hpp"

namespace physgrad::testing {
namespace {

/// A small batch of the problem with the controls of the untrained network, pushed off any special place (such as the
/// all-zero start of a reconstruction).
struct At {
  explicit At(const std::string& name, const std::vector<SettingOverride>& changes = {}, Index count = 3)
      : pair(resolve_pair(under_test().catalogue, name, "dp-adam", changes)), data(prepare_data(pair.problem, 11)) {
    batch = select_samples(data.train, first(std::min(count, pair.problem.samples)));
    Rng rng(5, "contract");
    theta = data.theta + 0.1 * rng.uniform_matrix(data.theta.size(), 1, -1, 1);
    x = pair.problem.network->run(theta, batch.input);
  }
  static std::vector<Index> first(Index count) {
    std::vector<Index> which;
    for (Index i = 0; i < count; ++i) which.push_back(i);
    return which;
  }
  ResolvedPair pair;
  PreparedData data;
  Batch batch;
  Vector theta;
  Matrix x;
};

/// The problem with its own network, and with every kind in such widths that kinds differ.
std::vector<std::vector<SettingOverride>> networks_of(const std::string& problem) {
  std::vector<std::vector<SettingOverride>> networks = {{}};
  if (!problem_facts(under_test().catalogue, problem).has_network) return networks;
  const SettingMap used = resolve_pair(under_test().catalogue, problem, "dp-adam", {}).used;
  const auto& widths = std::get<std::vector<double>>(used.at("widths"));
  for (const std::string& kind : network_kinds())
    networks.push_back({parse_override(under_test().catalogue, "network=" + kind),
                        {problem, "", "widths", std::vector<double>{widths.front(), 6, 6, 6, widths.back()}}});
  return networks;
}

class EveryProblem : public ::testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(EveryProblem);  // a catalogue may add methods alone
INSTANTIATE_TEST_SUITE_P(Catalogue, EveryProblem, ::testing::ValuesIn(under_test().problems), test_name);

TEST_P(EveryProblem, HasConsistentShapes) {
  const At at(GetParam());
  const Simulator& simulator = *at.pair.problem.simulator;
  EXPECT_EQ(at.x.rows(), simulator.controls());
  EXPECT_EQ(at.batch.target.rows(), simulator.outputs());
  EXPECT_EQ(at.batch.input.rows(), at.pair.problem.input.size());
  EXPECT_EQ(at.batch.context.rows(), at.pair.problem.context);
  EXPECT_TRUE(at.batch.reference.rows() == 0 || at.batch.reference.rows() == simulator.controls());
  EXPECT_EQ(simulator.run(at.x, at.batch.context).rows(), simulator.outputs());
  EXPECT_FALSE(problem_facts(under_test().catalogue, GetParam()).summary.empty());
  EXPECT_FALSE(problem_facts(under_test().catalogue, GetParam()).citation.empty());
  EXPECT_GE(problem_facts(under_test().catalogue, GetParam()).targets.size(), 3U);
}

TEST_P(EveryProblem, LinearizationHasTheStateOfTheSimulation) {
  const At at(GetParam());
  const Simulator& simulator = *at.pair.problem.simulator;
  const Matrix state = simulator.run(at.x, at.batch.context);
  EXPECT_LE((simulator.linearize(at.x, at.batch.context)->state - state).norm(), 1e-14 * (1 + state.norm()));
}

/// Equal to round-off, and not finite in the same places.
void expect_alike(const Matrix& actual, const Matrix& expected, const char* what) {
  ASSERT_EQ(actual.rows(), expected.rows()) << what;
  ASSERT_EQ(actual.cols(), expected.cols()) << what;
  const double scale = expected.allFinite() ? expected.cwiseAbs().maxCoeff() : 1.0;
  for (Index i = 0; i < expected.size(); ++i) {
    const double a = actual.data()[i], b = expected.data()[i];
    ASSERT_TRUE(std::abs(a - b) <= 1e-9 * scale || (!std::isfinite(a) && !std::isfinite(b)))
        << what << ": " << a << ", " << b;
  }
}

TEST_P(EveryProblem, IsTheSameWithItsSamplesOnSeveralThreads) {
  const At at(GetParam(), {}, 21);
  const Problem& alone = at.pair.problem;
  const Problem several = threaded(alone, 3, 0);
  const LinearizationPtr one = alone.simulator->linearize(at.x, at.batch.context);
  LinearizationPtr other = several.simulator->linearize(at.x.leftCols(1), at.batch.context.leftCols(1));
  several.simulator->relinearize(at.x, at.batch.context, other);
  expect_alike(several.simulator->run(at.x, at.batch.context), one->state, "state");
  expect_alike(other->state, one->state, "linearised state");
  const Matrix v = Rng(1, "v").uniform_matrix(at.x.rows(), at.x.cols(), -1, 1);
  const Matrix w = Rng(1, "w").uniform_matrix(one->state.rows(), one->state.cols(), -1, 1);
  expect_alike(other->jvp(v), one->jvp(v), "J v");
  expect_alike(other->vjp(w), one->vjp(w), "J^T w");
  Matrix adjoints, expected;
  other->adjoints(at.x.rows(), adjoints);
  one->adjoints(at.x.rows(), expected);
  expect_alike(adjoints, expected, "adjoints");
  ASSERT_EQ(several.inverse == nullptr, alone.inverse == nullptr);
  if (!alone.inverse) return;
  Costs costs, billed;
  const Matrix inverse = alone.inverse->invert(at.batch.target, at.x, at.batch.context, costs);
  expect_alike(several.inverse->invert(at.batch.target, at.x, at.batch.context, billed), inverse, "inverse");
  EXPECT_EQ(billed.simulations > 0, costs.simulations > 0);
}

TEST_P(EveryProblem, TangentAndAdjointAreTransposes) {
  const At at(GetParam());
  const Simulator& simulator = *at.pair.problem.simulator;
  const LinearizationPtr linear = simulator.linearize(at.x, at.batch.context);
  Rng rng(6, "transpose");
  for (int trial = 0; trial < 5; ++trial) {
    const Matrix v = rng.uniform_matrix(simulator.controls(), at.x.cols(), -1, 1);
    const Matrix w = rng.uniform_matrix(simulator.outputs(), at.x.cols(), -1, 1);
    const Matrix forward = linear->jvp(v);
    EXPECT_NEAR(forward.cwiseProduct(w).sum(), linear->vjp(w).cwiseProduct(v).sum(), 1e-12 * forward.norm() * w.norm());
  }
}

TEST_P(EveryProblem, LossOfABatchIsTheMeanOrTheSumOfItsSamplesLosses) {
  const At at(GetParam());
  const Loss& loss = *at.pair.problem.loss;
  const Matrix y = at.pair.problem.simulator->run(at.x, at.batch.context);
  Vector alone;
  Matrix own, g;
  sample_losses(loss, y, at.batch.target, alone, own);
  ASSERT_EQ(alone.size(), y.cols());
  EXPECT_NEAR(alone.mean(), loss.reported(y, at.batch.target), 1e-14 * (1 + alone.cwiseAbs().mean()));
  const double share = loss.value(y, at.batch.target) / alone.sum();
  EXPECT_TRUE(std::abs(share - 1.0) < 1e-12 || std::abs(share * static_cast<double>(y.cols()) - 1.0) < 1e-12) << share;
  loss.gradient(y, at.batch.target, g);
  EXPECT_LE((g - share * own).norm(), 1e-12 * g.norm());
}

double difference_error(const Simulator& simulator, const At& at, const Matrix& v, double h) {
  const Matrix& context = at.batch.context;
  const Matrix difference = (simulator.run(at.x + h * v, context) - simulator.run(at.x - h * v, context)) / (2 * h);
  const Matrix exact = simulator.linearize(at.x, context)->jvp(v);
  return (difference - exact).norm() / exact.norm();
}

TEST_P(EveryProblem, TangentIsTheLimitOfCentralDifferences) {
  const At at(GetParam());
  const Simulator& simulator = *at.pair.problem.simulator;
  Rng rng(7, "differences");
  const Matrix v = rng.uniform_matrix(simulator.controls(), at.x.cols(), -1, 1);
  if (at.pair.problem.piecewise_smooth) {
    // Between kinks the function is smooth; a step this small rarely crosses one.
    EXPECT_LT(difference_error(simulator, at, v, 1e-8), 1e-5);
    return;
  }
  const double coarse = difference_error(simulator, at, v, 4e-3);
  const double fine = difference_error(simulator, at, v, 1e-3);
  // Quartering h divides the error by 16 until round-off takes over.
  EXPECT_TRUE(fine < coarse / 10 || fine < 1e-10) << coarse << " " << fine;
  EXPECT_LT(difference_error(simulator, at, v, 1e-5), 1e-6);
}

TEST_P(EveryProblem, BatchEqualsSampleBySample) {
  const At at(GetParam());
  const Simulator& simulator = *at.pair.problem.simulator;
  const Matrix together = simulator.run(at.x, at.batch.context);
  for (Index i = 0; i < at.x.cols(); ++i) {
    const Matrix alone = simulator.run(at.x.col(i), at.batch.context.col(i));
    EXPECT_LE((together.col(i) - alone).norm(), 1e-13 * (1 + alone.norm()));
  }
}

TEST_P(EveryProblem, InverseBringsTheStateCloser) {
  const At at(GetParam());
  const Problem& problem = at.pair.problem;
  if (!problem.inverse) GTEST_SKIP() << GetParam() << " has no inverse simulator";
  const Matrix y = problem.simulator->run(at.x, at.batch.context);
  const Matrix same = invert_uncounted(*problem.inverse, y, at.x, at.batch.context);
  EXPECT_LE((problem.simulator->run(same, at.batch.context) - y).norm(), 1e-6 * (1 + y.norm()));
  const Matrix wished = y + 0.1 * (at.batch.target - y);
  const Matrix solution = invert_uncounted(*problem.inverse, wished, at.x, at.batch.context);
  const Matrix reached = problem.simulator->run(solution, at.batch.context);
  // An inverse may give up on a sample far from its data (core/simulator.hpp), but not on most, and never silently.
  Index given_up = 0;
  for (Index i = 0; i < y.cols(); ++i) {
    given_up += solution.col(i).allFinite() ? 0 : 1;
    if (!solution.col(i).allFinite()) continue;
    EXPECT_LT((reached.col(i) - wished.col(i)).norm(), (y.col(i) - wished.col(i)).norm()) << "sample " << i;
  }
  EXPECT_LE(2 * given_up, y.cols());
}

/// Whether the control that the inverse is given makes a difference to a state on the way to the target.
bool asks_for_a_control(const At& at) {
  const Problem& problem = at.pair.problem;
  const Matrix y = problem.simulator->run(at.x, at.batch.context);
  const auto from = [&](double factor) {
    return invert_uncounted(*problem.inverse, y + 0.5 * (at.batch.target - y), factor * at.x, at.batch.context);
  };
  const Matrix from_zero = from(0);
  for (const double factor : {1.0, -1.0, 100.0}) {
    const Matrix other = from(factor);
    for (Index i = 0; i < other.size(); ++i)
      if (other(i) != from_zero(i) && !(std::isnan(other(i)) && std::isnan(from_zero(i)))) return true;
  }
  return false;
}

/// What is given takes effect or is refused: an anchor, where the inverse begins somewhere, with each way to invert.
TEST_P(EveryProblem, AnAnchorIsIdleExactlyWhereTheInverseAsksForNone) {
  const Catalogue& catalogue = under_test().catalogue;
  const ProblemDefinition definition = catalogue.problem(GetParam()).definition();
  if (!At(GetParam()).pair.problem.inverse) GTEST_SKIP() << GetParam() << " has no inverse simulator";
  std::vector<std::vector<SettingOverride>> ways = {{}};
  for (const SettingSpec& spec : definition.settings)
    if (spec.key.starts_with("inverse_"))
      for (const std::string& word : spec.choices) ways.push_back({parse_override(catalogue, spec.key + "=" + word)});
  for (const std::vector<SettingOverride>& way : ways) {
    const At at(GetParam(), way);
    Settings settings(definition.settings);
    for (const SettingOverride& each : way) settings.set(each.key, each.value);
    const std::string reason = definition.idle ? definition.idle("anchor", settings) : "";
    EXPECT_EQ(asks_for_a_control(at), reason.empty()) << (way.empty() ? "" : to_text(way.front().value)) << reason;
  }
}

void expect_equal_forms(const At& at) {
  Meter meter;
  Evaluation evaluation(at.pair.problem, at.theta, at.batch, meter, true);
  JointJacobian jacobian(evaluation);
  const Matrix dense = jacobian.dense();
  const Matrix gram = dense * dense.transpose();
  EXPECT_LE((jacobian.gram() - gram).norm(), 1e-13 * gram.norm());
  EXPECT_NEAR(jacobian.squared_norm(), gram.trace(), 1e-13 * gram.trace());
  BlockLower half(gram.rows(), 3);  // block columns that end inside a sample
  jacobian.gram_lower(half);
  for (Index j = 0; j < gram.cols(); ++j)
    for (Index i = j; i < gram.rows(); ++i) EXPECT_NEAR(half(i, j), gram(i, j), 1e-13 * gram.norm());
  Rng rng(8, "joint");
  const Vector v = rng.uniform_matrix(dense.cols(), 1, -1, 1);
  const Vector w = rng.uniform_matrix(dense.rows(), 1, -1, 1);
  EXPECT_LE((jacobian.times(v) - dense * v).norm(), 1e-12 * dense.norm() * v.norm());
  EXPECT_LE((jacobian.transpose_times(w) - dense.transpose() * w).norm(), 1e-12 * dense.norm() * w.norm());
  // Rows are sample-major, so J^T g is the gradient of the loss.
  const Vector gradient = dense.transpose() * evaluation.loss_gradient().reshaped();
  EXPECT_LE((evaluation.gradient() - gradient).norm(), 1e-12 * dense.norm() * evaluation.loss_gradient().norm());
}

TEST_P(EveryProblem, JointJacobianAgreesInAllItsForms) {
  for (const auto& changes : networks_of(GetParam())) expect_equal_forms(At(GetParam(), changes));
}

void expect_gradient_of_differences(const At& at) {
  const Problem& problem = at.pair.problem;
  Meter meter;
  Evaluation evaluation(problem, at.theta, at.batch, meter, true);
  const Vector gradient = evaluation.gradient();
  const Vector direction = gradient.normalized();
  const double h = problem.piecewise_smooth ? 1e-7 : 1e-5;
  const auto loss = [&](double step) {
    const Vector theta = at.theta + step * direction;
    Evaluation there(problem, theta, at.batch, meter, false);
    return there.loss();
  };
  const double difference = (loss(h) - loss(-h)) / (2 * h);
  EXPECT_NEAR(difference, gradient.norm(), 1e-5 * gradient.norm());
}

TEST_P(EveryProblem, GradientIsTheLimitOfCentralDifferences) {
  for (const auto& changes : networks_of(GetParam())) expect_gradient_of_differences(At(GetParam(), changes));
}

// Where the target is reached, the Gauss-Newton Hessian in x is the Hessian, whatever it says in directions of y that
// no control leads to.
TEST_P(EveryProblem, CurvatureOfTheLossIsTheLimitOfDifferencesOfItsGradientWhereTheTargetIsReached) {
  const At at(GetParam());
  const Problem& problem = at.pair.problem;
  if (!problem.loss->has_curvature()) GTEST_SKIP() << "the loss has none";
  const Matrix reached = problem.simulator->run(at.x, at.batch.context);
  const auto gradient = [&](const Matrix& x) {
    const LinearizationPtr there = problem.simulator->linearize(x, at.batch.context);
    Matrix g;
    problem.loss->gradient(there->state, reached, g);
    return there->vjp(g);
  };
  Rng rng(6, "contract");
  const Matrix u = rng.uniform_matrix(at.x.rows(), at.x.cols(), -1, 1);
  const double h = problem.piecewise_smooth ? 1e-7 : 1e-5;
  const Matrix difference = (gradient(at.x + h * u) - gradient(at.x - h * u)) / (2 * h);
  const LinearizationPtr here = problem.simulator->linearize(at.x, at.batch.context);
  Matrix product;
  problem.loss->curvature_product(here->state, reached, here->jvp(u), product);
  const Matrix expected = here->vjp(product);
  EXPECT_LT((difference - expected).norm(), 1e-5 * expected.norm());
}

TEST_P(EveryProblem, CurvatureOfTheLossIsSymmetricSemidefiniteAndSolvedByTheFullStep) {
  const At at(GetParam());
  const Loss& loss = *at.pair.problem.loss;
  if (!loss.has_curvature()) GTEST_SKIP() << "the loss has none";
  const LinearizationPtr here = at.pair.problem.simulator->linearize(at.x, at.batch.context);
  const Matrix& y = here->state;
  const auto curved = [&](const Matrix& v) {
    Matrix product;
    loss.curvature_product(y, at.batch.target, v, product);
    return product;
  };
  Rng rng(7, "contract");
  const Matrix v = rng.uniform_matrix(y.rows(), y.cols(), -1, 1), w = rng.uniform_matrix(y.rows(), y.cols(), -1, 1);
  EXPECT_NEAR(v.cwiseProduct(curved(w)).sum(), w.cwiseProduct(curved(v)).sum(), 1e-12 * v.norm() * curved(w).norm());
  for (const Matrix& each : {v, w, Matrix(at.batch.target)})
    EXPECT_GE(each.cwiseProduct(curved(each)).sum(), -1e-14 * each.squaredNorm());
  if (!loss.has_newton_step()) return;
  Matrix g;
  loss.gradient(y, at.batch.target, g);
  const Matrix asked = here->vjp(g);
  EXPECT_LT((here->vjp(curved(loss.newton_step(y, at.batch.target))) + asked).norm(), 1e-9 * asked.norm());
}

TEST_P(EveryProblem, DataDependsOnTheSeedAlone) {
  const ResolvedPair pair = resolve_pair(under_test().catalogue, GetParam(), "dp-adam", {});
  const PreparedData once = prepare_data(pair.problem, 3), again = prepare_data(pair.problem, 3);
  EXPECT_EQ(once.train.target, again.train.target);
  EXPECT_EQ(once.theta, again.theta);
  if (pair.problem.samples > 1) {
    EXPECT_NE(once.train.target, prepare_data(pair.problem, 4).train.target);
    EXPECT_NE(once.train.target.col(0), once.test.target.col(0));
  }
}

TEST_P(EveryProblem, ErrorsOfXAreOneForZeroAndNoneForTheReference) {
  const At at(GetParam());
  const Problem& problem = at.pair.problem;
  EXPECT_EQ(problem_facts(under_test().catalogue, GetParam()).determined.empty(),
            problem.x_error_determined == nullptr);
  if (!problem.x_error) GTEST_SKIP() << GetParam() << " knows no reference";
  // A network without weights gives x = 0.
  TrainOptions options;
  options.seed = 11;
  options.max_steps = 0;
  ResolvedPair still = resolve_pair(under_test().catalogue, GetParam(), "dp-adam", {});
  still.problem.start = Vector::Zero(still.problem.network->parameters());
  const Losses zero = train(still.problem, *still.method, options, {}).initial;
  if (at.batch.reference.isZero(0.0) && at.batch.reference.rows() > 0) {
    EXPECT_TRUE(std::isnan(zero.x_error_relative)) << "nothing is relative to a reference of 0";
    return;
  }
  EXPECT_EQ(zero.x_error_relative, 1.0);
  const auto determined = problem.x_error_determined;
  if (determined) {
    EXPECT_EQ(zero.x_error_determined, 1.0);
  }
  const Matrix solution = at.batch.reference.rows() > 0
                              ? at.batch.reference
                              : invert_uncounted(*problem.inverse, at.batch.target, at.x, at.batch.context);
  EXPECT_LE(problem.x_error(at.batch, solution).maxCoeff(), 1e-12);
  if (determined) {
    EXPECT_LE(determined(at.batch, solution).maxCoeff(), 1e-12);
  }
}

/// The bits of everything that a short training leaves: every batch, weight and loss.
std::string hash_of_short_run(const std::string& problem, const std::string& method, std::uint64_t seed,
                              const std::vector<SettingOverride>& changes) {
  ResolvedPair pair = resolve_pair(under_test().catalogue, problem, method, changes);
  TrainOptions options;
  options.seed = seed;
  options.max_steps = 3;
  return train(pair.problem, *pair.method, options, {}).trajectory_hash;
}

TEST_P(EveryProblem, SaysWhetherASeedChangesAnything) {
  std::vector<std::vector<SettingOverride>> variants = {{}};
  if (problem_facts(under_test().catalogue, GetParam()).has_network) {
    variants = {
        {parse_override(under_test().catalogue, "samples=40"), parse_override(under_test().catalogue, "test_samples=8"),
         parse_override(under_test().catalogue, "batch=8")},
        {parse_override(under_test().catalogue, "samples=40"), parse_override(under_test().catalogue, "test_samples=8"),
         parse_override(under_test().catalogue, "batch=8"), parse_override(under_test().catalogue, "fresh=true"),
         parse_override(under_test().catalogue, "network=residual")},
        {parse_override(under_test().catalogue, "instance=true")}};
  }
  for (const std::vector<SettingOverride>& changes : variants) {
    const Problem problem = resolve_pair(under_test().catalogue, GetParam(), "dp-adam", changes).problem;
    const PreparedData one = prepare_data(problem, 1), two = prepare_data(problem, 2);
    const bool same = one.train.input == two.train.input && one.train.context == two.train.context &&
                      one.train.target == two.train.target && one.theta == two.theta && problem.samples == 1;
    EXPECT_EQ(problem.seed_matters, !same);
    for (const char* method : {"dp-adam", "dp-sgd"})
      EXPECT_EQ(hash_of_short_run(GetParam(), method, 1, changes) != hash_of_short_run(GetParam(), method, 2, changes),
                problem.seed_matters)
          << method;
  }
}

TEST_P(EveryProblem, ShowsControlsThatAreNotTrainedYet) {
  const At at(GetParam());
  ASSERT_FALSE(at.pair.problem.views.empty());
  std::set<std::string> names;
  for (const View& view : at.pair.problem.views) {
    EXPECT_TRUE(names.insert(view.name).second) << view.name;
    EXPECT_EQ(view.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string::npos) << view.name;
    for (const std::string* text : {&view.name, &view.title, &view.x_label, &view.y_label}) EXPECT_FALSE(text->empty());
    const Batch one = select_samples(at.batch, {0});
    const ShownView found = view.of_all_samples ? shown(view, at.x, at.batch) : shown(view, at.x.leftCols(1), one);
    EXPECT_FALSE(found.lines.empty()) << view.name;
    for (const auto* lines : {&found.lines, &found.reference})
      for (const ViewLine& line : *lines) {
        EXPECT_FALSE(line.x.empty()) << view.name;
        ASSERT_EQ(line.x.size(), line.y.size()) << view.name;
        EXPECT_TRUE(Vector::Map(line.x.data(), std::ssize(line.x)).allFinite()) << view.name;
        EXPECT_TRUE(Vector::Map(line.y.data(), std::ssize(line.y)).allFinite()) << view.name;
      }
  }
}

TEST_P(EveryProblem, SkipsNoMethodWithoutSayingWhy) {
  for (const std::string& method : under_test().catalogue.method_names()) {
    const std::string reason = skip_reason(under_test().catalogue, GetParam(), method);
    if (reason.empty()) {
      EXPECT_NO_THROW((void)resolve_pair(under_test().catalogue, GetParam(), method, {})) << method;
    } else {
      EXPECT_NE(reason.find(GetParam()), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace physgrad::testing
