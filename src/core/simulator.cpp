#include "physgrad/core/simulator.hpp"

namespace physgrad {

Matrix Linearization::jvp(const Matrix& v) const {
  Matrix dy;
  multiply(v, dy);
  return dy;
}

Matrix Linearization::vjp(const Matrix& w) const {
  Matrix x_bar;
  multiply_transposed(w, x_bar);
  return x_bar;
}

void Linearization::adjoints(Index dx, Matrix& out) const {
  const Index dy = state.rows(), samples = state.cols();
  out.resize(dx, dy * samples);
  Matrix product;
  if (dy <= dx) {
    Matrix seed = Matrix::Zero(dy, samples);
    for (Index p = 0; p < dy; ++p) {
      seed.row(p).setOnes();
      multiply_transposed(seed, product);
      for (Index i = 0; i < samples; ++i) out.col(i * dy + p) = product.col(i);
      seed.row(p).setZero();
    }
  } else {
    Matrix direction = Matrix::Zero(dx, samples);
    for (Index q = 0; q < dx; ++q) {
      direction.row(q).setOnes();
      multiply(direction, product);
      for (Index i = 0; i < samples; ++i) out.row(q).segment(i * dy, dy) = product.col(i).transpose();
      direction.row(q).setZero();
    }
  }
}

Matrix control_jacobians(const Linearization& at, Index dx) {
  const Index dy = at.state.rows(), samples = at.state.cols();
  Matrix adjoints;
  at.adjoints(dx, adjoints);
  Matrix jacobians(dy, dx * samples);
  for (Index i = 0; i < samples; ++i) jacobians.middleCols(i * dx, dx) = adjoints.middleCols(i * dy, dy).transpose();
  return jacobians;
}

Matrix control_jacobians_at(const Simulator& simulator, const Matrix& x, const Matrix& context, Costs& costs) {
  LinearizationPtr at;
  linearize_counted(simulator, x, context, at, costs);
  count_adjoints(simulator, x.cols(), costs);
  return control_jacobians(*at, simulator.controls());
}

namespace {

void count_runs(const Simulator& simulator, Index samples, Costs& costs) {
  const auto count = static_cast<double>(samples);
  costs.simulations += count;
  costs.flops += count * simulator.operations();
}

}  // namespace

Matrix simulate(const Simulator& simulator, const Matrix& x, const Matrix& context, Costs& costs) {
  count_runs(simulator, x.cols(), costs);
  return simulator.run(x, context);
}

void linearize_counted(const Simulator& simulator, const Matrix& x, const Matrix& context, LinearizationPtr& at,
                       Costs& costs) {
  count_runs(simulator, x.cols(), costs);
  simulator.relinearize(x, context, at);
}

void count_jvps(const Simulator& simulator, Index products, Costs& costs) {
  const auto count = static_cast<double>(products);
  costs.simulator_jvps += count;
  costs.flops += 2 * count * simulator.operations();
}

void count_vjps(const Simulator& simulator, Index products, Costs& costs) {
  const auto count = static_cast<double>(products);
  costs.simulator_vjps += count;
  costs.flops += 2 * count * simulator.operations();
}

void count_adjoints(const Simulator& simulator, Index samples, Costs& costs) {
  if (simulator.outputs() <= simulator.controls())
    count_vjps(simulator, samples * simulator.outputs(), costs);
  else
    count_jvps(simulator, samples * simulator.controls(), costs);
}

void count_sample_decompositions(Index count, double flops, Costs& costs) {
  costs.sample_decompositions += static_cast<double>(count);
  costs.flops += static_cast<double>(count) * flops;
}

Matrix invert_uncounted(const InverseSimulator& inverse, const Matrix& y_target, const Matrix& x_near,
                        const Matrix& context) {
  Costs nobody;
  return inverse.invert(y_target, x_near, context, nobody);
}

}  // namespace physgrad
