// The toolbox beyond the named methods: compositions from text, partial inverses of the network alone and of the
// physics alone, and L-BFGS.
#include "physgrad/catalogue/composition.hpp"

#include <gtest/gtest.h>

#include <Eigen/SVD>

#include "built_in.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/train/trainer.hpp"
#include "physgrad/update/joint_jacobian.hpp"
#include "update/one_update.hpp"

namespace physgrad::testing {
namespace {

Matrix pseudo_power(const Matrix& matrix, double power, double tau) {
  const Eigen::JacobiSVD<Matrix> svd(matrix, Eigen::ComputeThinU | Eigen::ComputeThinV);
  Vector s = svd.singularValues();
  for (double& value : s) value = value > tau * svd.singularValues()[0] ? std::pow(value, power) : 0.0;
  return svd.matrixV() * s.asDiagonal() * svd.matrixU().transpose();
}

/// dx/dtheta, column by column from the network's tangents.
Matrix network_jacobian(Evaluation& at) {
  const Index n = at.problem().network->parameters();
  Matrix result(at.control().size(), n);
  for (Index k = 0; k < n; ++k) result.col(k) = at.network_jvp(Vector::Unit(n, k)).reshaped();
  return result;
}

TEST(Composition, JacobianOfTheNetworkAloneAgreesInAllItsForms) {
  OneUpdate one("two-body", "dp-sgd", 3, {});
  JointJacobian jacobian(*one.at, Through::network);
  const Matrix expected = network_jacobian(*one.at);
  EXPECT_LT((jacobian.dense() - expected).norm(), 1e-12 * expected.norm());
  const Matrix gram = expected * expected.transpose();
  EXPECT_LT((jacobian.gram() - gram).norm(), 1e-12 * gram.norm());
  const Vector v = Vector::LinSpaced(expected.cols(), -1, 2), w = Vector::LinSpaced(expected.rows(), 3, -1);
  EXPECT_LT((jacobian.times(v) - expected * v).norm(), 1e-12 * (expected * v).norm());
  EXPECT_LT((jacobian.transpose_times(w) - expected.transpose() * w).norm(), 1e-12 * w.norm() * expected.norm());
}

TEST(Composition, PgHigIsTheHalfInverseOfTheNetworkAppliedToTheInverseSimulatorsStep) {
  OneUpdate one("exponential", "pg-hig", 3, {"tau=1e-3", "rate=0.7", "eta=1"});
  const Matrix dx = one.report.physics_step;
  // y* = exp(x*), so that the inverse reaches x* = log y*.
  EXPECT_LT((one.at->control() + dx - Matrix(one.batch.target.array().log())).norm(), 1e-10);
  const Vector expected = 0.7 * pseudo_power(network_jacobian(*one.at), -0.5, 1e-3) * Vector(dx.reshaped());
  EXPECT_LT((one.update - expected).norm(), 1e-6 * expected.norm());
}

TEST(Composition, HigPhysicsIsEachSamplesHalfInverseBeforeTheAdjointNetwork) {
  OneUpdate one("two-body", "hig-physics", 3, {"rule=sgd", "rate=0.5", "physics_tau=0", "eta=1"});
  const Matrix g = one.at->loss_gradient(), adjoints = one.at->control_adjoints();
  Matrix dx(one.at->control().rows(), g.cols());
  for (Index i = 0; i < g.cols(); ++i)
    dx.col(i) = -pseudo_power(adjoints.middleCols(i * g.rows(), g.rows()).transpose(), -0.5, 0) * g.col(i);
  EXPECT_LT((one.report.physics_step - dx).norm(), 1e-9 * dx.norm());
  const Vector expected = 0.5 * one.at->network_vjp(dx);
  EXPECT_LT((one.update - expected).norm(), 1e-9 * expected.norm());
}

TEST(Composition, TextOfANamedMethodGivesItsUpdate) {
  const auto same = [](const std::string& method, const std::string& text) {
    OneUpdate named("two-body", method, 3, {"batch=3", "rate=0.25"}), composed("two-body", text, 3, {});
    EXPECT_EQ(named.update, composed.update) << text;
  };
  same("hig", "compose:physics=joint,rule=sgd,rate=0.25,batch=3,tau=" +
                  to_text(resolve_pair(built_in(), "two-body", "hig", {}).used.at("tau")));
  same("dp-adam", "compose:physics=adjoint,network=adjoint,rule=adam,rate=0.25,batch=3");
  same("dp-adam", "compose:batch=3,rate=0.25");
}

TEST(Composition, NamesAreCanonical) {
  const auto name = [](const std::string& text) {
    return composition_name(parse_composition(built_in().parts(), text));
  };
  EXPECT_EQ(name("compose:rate=0.50,network=joint,rule=sgd"),
            "compose:loss=gradient,physics=joint,network=joint,rule=sgd,rate=0.5");
  EXPECT_EQ(name("compose:"), "compose:loss=gradient,physics=adjoint,network=adjoint,rule=adam");
  EXPECT_EQ(name(name("compose:loss=newton,physics=inverse,network=half-inverse,rule=sgd,kappa=1,rate=2")),
            name("compose:rate=2,kappa=1,rule=sgd,network=half-inverse,physics=inverse,loss=newton"));
}

TEST(Composition, WrongTextsSayWhatIsAllowed) {
  const auto message = [](const std::string& text) -> std::string {
    try {
      (void)parse_composition(built_in().parts(), text);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(message("compose:physics=invers").find("did you mean 'inverse'"), std::string::npos);
  EXPECT_NE(message("compose:rat=1").find("did you mean 'rate'"), std::string::npos);
  EXPECT_NE(message("compose:rate").find("KEY=VALUE"), std::string::npos);
  EXPECT_NE(message("compose:rate=1,rate=2").find("twice"), std::string::npos);
  EXPECT_NE(message("compose:rate=-1").find("rate"), std::string::npos);
  EXPECT_NE(message("compose:rate=x").find("rate"), std::string::npos);
  EXPECT_NE(message("compose:physics=joint,network=adjoint").find("joint"), std::string::npos);
  EXPECT_NE(message("compose:loss=newton,physics=newton").find("newton"), std::string::npos);
  EXPECT_NE(message("compose:proxy=l1").find("unknown key"), std::string::npos);  // adjoint has no proxy
  EXPECT_NE(message("compose:,").find("KEY=VALUE"), std::string::npos);
}

TEST(Composition, NeedsFollowFromThePieces) {
  EXPECT_EQ(method_facts(built_in(), "compose:physics=inverse,network=half-inverse").needs,
            (std::vector<std::string>{"inverse", "jacobian"}));
  EXPECT_EQ(method_facts(built_in(), "compose:physics=joint").needs,
            (std::vector<std::string>{"gradient", "jacobian"}));
  EXPECT_EQ(method_facts(built_in(), "compose:physics=half-inverse").needs, (std::vector<std::string>{"gradient"}));
  EXPECT_EQ(method_facts(built_in(), "compose:loss=newton,physics=inverse").needs,
            (std::vector<std::string>{"inverse", "newton-step"}));
}

TEST(Lbfgs, FirstStepFollowsTheGradientAndLaterOnesTheCurvature) {
  // On an instance with a quadratic loss and a linear simulator, L-BFGS ends where Gauss-Newton ends.
  const std::vector<SettingOverride> instance = {parse_override(built_in(), "instance=true"),
                                                 parse_override(built_in(), "dp-lbfgs.rate=1"),
                                                 parse_override(built_in(), "gn.rate=1")};
  ResolvedPair pair = resolve_pair(built_in(), "coupled-oscillators", "dp-lbfgs", instance);
  EXPECT_EQ(pair.problem.network->parameters(), pair.problem.simulator->controls());
  TrainOptions options;
  options.max_steps = 25;
  options.seed = 3;
  const CellRecord record = train(pair.problem, *pair.method, options, {});
  EXPECT_EQ(record.status, Status::completed);
  EXPECT_LT(record.final.train_loss, 1e-9 * record.initial.train_loss);
  EXPECT_EQ(record.sizes.batch, 1);
  EXPECT_EQ(record.final.test_loss, record.final.train_loss);
  ResolvedPair newton = resolve_pair(built_in(), "coupled-oscillators", "gn", instance);
  options.max_steps = 1;
  EXPECT_LT(train(newton.problem, *newton.method, options, {}).final.train_loss, 1e-20);
}

TEST(Lbfgs, NeverRaisesTheBatchsLoss) {
  ResolvedPair pair = resolve_pair(built_in(), "two-body", "dp-lbfgs", {parse_override(built_in(), "batch=16")});
  const PreparedData data = prepare_data(pair.problem, 2);
  Vector theta = data.theta;
  Batch batch = data.train;
  Meter meter;
  double before = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 8; ++i) {
    Evaluation at(pair.problem, theta, batch, meter, true);
    EXPECT_LE(at.loss(), before);
    before = at.loss();
    Vector step;
    StepReport report;
    pair.method->update(at, {}, step, report);
    theta += step;
  }
}

}  // namespace
}  // namespace physgrad::testing
