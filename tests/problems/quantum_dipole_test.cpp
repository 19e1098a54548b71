// The driven particle in a box: unitarity, eigenstates, order in time, and the loss that ignores the global phase.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

#include "problems/problem_with.hpp"

namespace physgrad::testing {
namespace {

using Complexes = Eigen::MatrixXcd;

using std::numbers::pi;
constexpr Index points = 14;

Problem quantum(Index steps, double dt) {
  return problem_with("quantum-dipole", {{"steps", static_cast<double>(steps)}, {"dt", dt}});
}

Complexes as_complex(const Matrix& states) {
  Complexes result(states.rows() / 2, states.cols());
  for (Index j = 0; j < result.rows(); ++j)
    for (Index i = 0; i < result.cols(); ++i) result(j, i) = {states(2 * j, i), states(2 * j + 1, i)};
  return result;
}

Matrix as_real(const Complexes& states) {
  Matrix result(2 * states.rows(), states.cols());
  for (Index j = 0; j < states.rows(); ++j) {
    result.row(2 * j) = states.row(j).real();
    result.row(2 * j + 1) = states.row(j).imag();
  }
  return result;
}

Complexes eigenstate(Index k) {
  Complexes state(points, 1);
  for (Index j = 0; j < points; ++j) state(j, 0) = std::sin(pi * static_cast<double>(k * (j + 1)) / (points + 1));
  return state / state.norm();
}

double energy(Index k) {
  const double dx = 2.0 / (points + 1);
  return std::pow(2.0 / dx * std::sin(0.5 * pi * static_cast<double>(k) / (points + 1)), 2);
}

TEST(QuantumDipole, EveryStepIsUnitary) {
  const Problem problem = quantum(384, 0.05);
  Rng rng(1, "quantum");
  // More samples than one block of lanes holds, no multiple of it, and strong fields.
  const Matrix u = rng.uniform_matrix(384, 11, -20, 20), a = rng.uniform_matrix(2 * points, 11, -1, 1);
  const Matrix b = rng.uniform_matrix(2 * points, 11, -1, 1);
  const Complexes end_a = as_complex(problem.simulator->run(u, a)), end_b = as_complex(problem.simulator->run(u, b));
  const Complexes start_a = as_complex(a), start_b = as_complex(b);
  for (Index i = 0; i < 11; ++i)
    EXPECT_LT(std::abs(end_a.col(i).dot(end_b.col(i)) - start_a.col(i).dot(start_b.col(i))), 1e-12 * 2 * points);
}

TEST(QuantumDipole, FreeEigenstatesTurnByTheSchemesOwnPhase) {
  const Index steps = 100;
  const double dt = 0.05;
  const Problem problem = quantum(steps, dt);
  for (Index k = 1; k <= points; ++k) {
    const double phase = -2.0 * std::atan(0.5 * dt * energy(k)) * steps;
    const Matrix end = problem.simulator->run(Matrix::Zero(steps, 1), as_real(eigenstate(k)));
    EXPECT_LT(distance(end, as_real(std::polar(1.0, phase) * eigenstate(k))), 1e-12) << k;
  }
}

// One step as the dense equation (1 + iA) psi' = (1 - iA) psi.
TEST(QuantumDipole, OneStepSolvesCrankNicolson) {
  const double dt = 0.05, dx = 2.0 / (points + 1), u = 3.7;
  Matrix h = Matrix::Zero(points, points);
  for (Index j = 0; j < points; ++j) {
    h(j, j) = 2.0 / (dx * dx) + u * dx * static_cast<double>(j + 1);
    if (j > 0) h(j, j - 1) = h(j - 1, j) = -1.0 / (dx * dx);
  }
  Rng rng(2, "quantum");
  const Matrix start = rng.uniform_matrix(2 * points, 1, -1, 1);
  const Complexes before = as_complex(start);
  const Complexes after = as_complex(quantum(1, dt).simulator->run(Matrix::Constant(1, 1, u), start));
  const std::complex<double> i(0, 1);
  EXPECT_LT((after + i * (0.5 * dt) * (h * after) - before + i * (0.5 * dt) * (h * before)).norm(), 1e-13);
}

TEST(QuantumDipole, ConvergesInTimeWithOrderTwo) {
  const auto end = [](Index steps) {
    const double dt = 2.0 / static_cast<double>(steps);
    Matrix u(steps, 1);  // a smooth field at the middle of each step
    for (Index n = 0; n < steps; ++n) u(n, 0) = 5.0 * std::sin(3.0 * dt * (static_cast<double>(n) + 0.5));
    return quantum(steps, dt).simulator->run(u, as_real(eigenstate(1)));
  };
  EXPECT_NEAR(std::log2(distance(end(200), end(400)) / distance(end(400), end(800))), 2.0, 0.1);
}

// Large batches are marched again for every product instead of being kept.
TEST(QuantumDipole, DerivativesDoNotDependOnTheBatchSize) {
  const Index steps = 20, many = 70;
  const Problem problem = quantum(steps, 0.05);
  Rng rng(5, "quantum");
  const Matrix u = rng.uniform_matrix(steps, many, -3, 3), start = rng.uniform_matrix(2 * points, many, -1, 1);
  const Matrix v = rng.uniform_matrix(steps, many, -1, 1), w = rng.uniform_matrix(2 * points, many, -1, 1);
  const auto all = problem.simulator->linearize(u, start);
  const auto last = problem.simulator->linearize(u.rightCols(3), start.rightCols(3));
  EXPECT_LT(distance(all->jvp(v).rightCols(3), last->jvp(v.rightCols(3))), 1e-14);
  EXPECT_LT(distance(all->vjp(w).rightCols(3), last->vjp(w.rightCols(3))), 1e-14);
  EXPECT_LT(distance(all->state.rightCols(3), last->state), 1e-14);
}

TEST(QuantumDipole, TargetsAreNormalisedMixturesOfTheExcitedStates) {
  const Problem problem = quantum(1, 0.05);
  Rng rng(3, "quantum");
  const Batch batch = problem.sample(rng, 50);
  const Complexes target = as_complex(batch.target);
  EXPECT_LT(distance(batch.context, as_real(eigenstate(1)).replicate(1, 50)), 1e-14);
  for (Index i = 0; i < 50; ++i)
    EXPECT_NEAR(std::norm(eigenstate(2).col(0).dot(target.col(i))) + std::norm(eigenstate(3).col(0).dot(target.col(i))),
                1.0, 1e-13);
}

TEST(QuantumDipole, LossIsOneMinusTheOverlapAndIgnoresThePhase) {
  const Problem problem = quantum(1, 0.05);
  const Loss& loss = *problem.loss;
  const Matrix target = as_real(eigenstate(2));
  const std::complex<double> turn = std::polar(1.0, 1.234);
  const Complexes mixture = 0.6 * eigenstate(2) + 0.8 * eigenstate(3);
  EXPECT_NEAR(loss.value(as_real(turn * mixture), target), 1.0 - 0.36, 1e-14);
  EXPECT_NEAR(loss.value(as_real(turn * eigenstate(2)), target), 0.0, 1e-14);
}

TEST(QuantumDipole, FullStepReachesTheTargetWithoutTurningThePhase) {
  const Problem problem = quantum(1, 0.05);
  const Loss& loss = *problem.loss;
  const Matrix target = as_real(eigenstate(2));
  const Complexes psi = std::polar(1.0, -2.1) * (0.6 * eigenstate(2) + 0.8 * eigenstate(3));
  const Matrix y = as_real(psi), step = loss.newton_step(y, target);
  EXPECT_NEAR(loss.value(y + step, target), 0.0, 1e-14);
  EXPECT_NEAR(psi.col(0).dot(as_complex(step).col(0)).imag(), 0.0, 1e-14);
  // The nearest point of the circle e^{ia} psi*: |psi - e^{ia} psi*|^2 = 2 - 2 |c|.
  EXPECT_NEAR(step.squaredNorm(), 2.0 - 2.0 * 0.6, 1e-13);
}

// 1 - |c|^2 is |psi|^2 - |c|^2 on states of norm 1: of that, which is quadratic, this is the Hessian.
TEST(QuantumDipole, CurvatureIsThatOfThePartBesideTheTarget) {
  const Problem problem = quantum(1, 0.05);
  const Loss& loss = *problem.loss;
  Rng rng(8, "quantum");
  const Batch batch = problem.sample(rng, 3);
  const Matrix y = rng.uniform_matrix(2 * points, 3, -1, 1), v = rng.uniform_matrix(2 * points, 3, -1, 1);
  const double h = 0.1;  // the gradient is linear
  Matrix forward, backward, product;
  loss.gradient(y + h * v, batch.target, forward);
  loss.gradient(y - h * v, batch.target, backward);
  loss.curvature_product(y, batch.target, v, product);
  EXPECT_LT(distance(product, (forward - backward) / (2 * h) + 2.0 / 3 * v), 1e-13);
  // Along the target and its phase it is flat.
  loss.curvature_product(y, batch.target, as_real(std::polar(2.0, 0.7) * as_complex(batch.target)), product);
  EXPECT_LT(product.norm(), 1e-14);
}

TEST(QuantumDipole, InverseReachesTheTargetFromARandomField) {
  const Problem problem = quantum(96, 0.05);
  Rng rng(4, "quantum");
  const Batch batch = problem.sample(rng, 2);
  const Matrix u = rng.uniform_matrix(96, 2, -3, 3), y = problem.simulator->run(u, batch.context);
  const Matrix wished = y + problem.loss->newton_step(y, batch.target);
  const Matrix x = invert_uncounted(*problem.inverse, wished, u, batch.context);
  EXPECT_GT(problem.loss->value(y, batch.target), 0.1);
  EXPECT_LT(problem.loss->value(problem.simulator->run(x, batch.context), batch.target), 1e-9);
}

}  // namespace
}  // namespace physgrad::testing
