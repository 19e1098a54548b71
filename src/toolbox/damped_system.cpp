#include "physgrad/toolbox/damped_system.hpp"

#include <algorithm>

#include "physgrad/linalg/half_cholesky.hpp"
#include "physgrad/linalg/layer_gram.hpp"
#include "physgrad/toolbox/partial_inverse_step.hpp"

namespace physgrad {
namespace {

const char* const kKernel = "cholesky";

}  // namespace

SettingSpec damping_setting() {
  return tuned(real_setting("damping", 1e-3, 1e-14, 1e12, "added to the diagonal of J J^T, in units of its mean"),
               {.low = 1e-8, .high = 1, .of_inverse = true});
}

double damping_unit(JointJacobian& jacobian) { return jacobian.squared_norm() / static_cast<double>(jacobian.rows()); }

void report_solution(Evaluation& at, const JacobianOperator& jacobian, const DampedSolution& solution,
                     StepReport& report) {
  const auto order = static_cast<double>(std::min(jacobian.rows(), jacobian.cols()));
  at.costs().decompositions += 1;
  at.costs().flops += order * order * order / 3 + 8 * order * order;
  report.error_estimate = solution.error_estimate;
  report.kernel = kKernel;
  report.handed_over = 0;
  report.kernel_failure = solution.succeeded ? "" : "the damped Gram matrix has no factor in double precision";
}

// Half of K, which the factorisation overwrites, and what K is made of, or J and all of K where it has fewer columns
// than rows; directions and an update.
double damped_bytes(const MethodSizes& sizes, int threads) {
  const Index rows = sizes.outputs * sizes.batch;
  const auto smaller = static_cast<double>(std::min(rows, sizes.parameters));
  const bool wide = rows <= sizes.parameters, structured = sizes.factored && wide;
  const double made_of = structured ? threads * gram_tile_bytes(sizes.blocks, rows, sizes.outputs)
                                    : 8.0 * static_cast<double>(rows * sizes.parameters);
  const double matrix =
      structured ? half_cholesky_doubles(smaller) : half_cholesky_doubles(smaller) + smaller * smaller;
  const double vectors = 32.0 * static_cast<double>(sizes.parameters);
  return 8.0 * matrix + made_of + joint_jacobian_bytes(sizes, true) + vectors;
}

}  // namespace physgrad
