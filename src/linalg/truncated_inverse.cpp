#include "physgrad/linalg/truncated_inverse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "physgrad/linalg/check_answer.hpp"
#include "physgrad/linalg/kernel_table.hpp"
#include "physgrad/linalg/kernels/gram.hpp"

namespace physgrad {

PartialInverseResult truncated_inverse(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& asked,
                                       const RankRule& rule) {
  const Index rows = jacobian.rows(), cols = jacobian.cols();
  if (g.size() != rows)
    throw std::invalid_argument(
        fmt::format("truncated inverse: g must have one entry per row of J: expected {}, got {}", rows, g.size()));
  if (!(asked.tau >= 0 && asked.tau < 1))
    throw std::invalid_argument(fmt::format("truncated inverse: tau must lie in [0, 1), got {}", asked.tau));
  if (!(asked.kappa >= -1 && asked.kappa <= 1))
    throw std::invalid_argument(fmt::format("truncated inverse: kappa must lie in [-1, 1], got {}", asked.kappa));
  const KernelEntry& gram = kernel_entry("gram");
  PartialInverseOptions options = asked;
  options.threads = threads_for(std::min(rows, cols), asked.threads);
  jacobian.use_threads(options.threads);
  PartialInverseResult result;
  if (rows == 0 || cols == 0) {
    result.direction = Vector::Zero(cols);
  } else if (!g.allFinite()) {
    result = kernels::not_a_number(cols);
  } else {
    result = kernels::gram_inverse(jacobian, g, options, rule);
    result.decompositions = 1;
    result.flops = gram.operations({rows, cols, jacobian.has_structured_gram()}, 0);
    kernels::check_answer(jacobian, g, result);
    if (result.direction.size() != cols)
      result.direction = Vector::Constant(cols, std::numeric_limits<double>::quiet_NaN());
  }
  result.kernel = gram.name;
  return result;
}

}  // namespace physgrad
