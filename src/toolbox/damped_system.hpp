#pragma once
// The damped normal equations of a batch's joint Jacobian: what a damped step, Levenberg-Marquardt and SPRING share.
#include "physgrad/linalg/damped_solve.hpp"
#include "physgrad/update/joint_jacobian.hpp"
#include "physgrad/update/method.hpp"

namespace physgrad {

/// `damping`: added to the diagonal of J J^T, in units of its mean.
[[nodiscard]] SettingSpec damping_setting();
/// The mean of the diagonal of J J^T, the unit of `damping`.
[[nodiscard]] double damping_unit(JointJacobian& jacobian);
/// Counts a solution and reports it.
void report_solution(Evaluation& at, const JacobianOperator& jacobian, const DampedSolution& solution,
                     StepReport& report);
/// Bytes of all that a solution on so many threads takes, J's parts and directions included.
[[nodiscard]] double damped_bytes(const MethodSizes& sizes, int threads);

}  // namespace physgrad
