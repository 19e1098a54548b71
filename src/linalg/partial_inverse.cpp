#include "physgrad/linalg/partial_inverse.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

#include "physgrad/linalg/check_answer.hpp"
#include "physgrad/linalg/choose_kernel.hpp"
#include "physgrad/linalg/kernel_table.hpp"

namespace physgrad {
namespace {

void validate_precision(const PartialInverseOptions& options) {
  if (options.precision == "double" || options.precision == "mixed") return;
  if (options.precision != "single") {
    throw std::invalid_argument(
        fmt::format("partial inverse: unknown precision '{}', known: double, single, mixed", options.precision));
  }
  if (options.kernel == "auto") return;
  const KernelEntry& entry = kernel_entry(options.kernel);
  if (entry.run_single != nullptr) return;
  const std::string able = fmt::format("{}", fmt::join(single_precision_kernels(), ", "));
  if (!entry.gram) {
    throw std::invalid_argument(
        fmt::format("partial inverse: kernel '{}' works in double precision only; single: {}", entry.name, able));
  }
  throw std::invalid_argument(fmt::format(
      "partial inverse: never form a Gram matrix in single precision: it squares singular values, and those below "
      "3e-4 of the largest are lost; kernel '{}' works in double, single precision in: {}",
      entry.name, able));
}

void validate(const JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  if (g.size() != jacobian.rows()) {
    throw std::invalid_argument(fmt::format("partial inverse: g must have one entry per row of J: expected {}, got {}",
                                            jacobian.rows(), g.size()));
  }
  if (!(options.kappa >= -1 && options.kappa <= 1)) {
    throw std::invalid_argument(fmt::format("partial inverse: kappa must lie in [-1, 1], got {}", options.kappa));
  }
  if (!(options.tau >= 0 && options.tau < 1)) {
    throw std::invalid_argument(fmt::format("partial inverse: tau must lie in [0, 1), got {}", options.tau));
  }
  if (!(options.accuracy > 0)) {
    throw std::invalid_argument(fmt::format("partial inverse: accuracy must be positive, got {}", options.accuracy));
  }
  if (!(options.memory_limit_bytes > 0)) {
    throw std::invalid_argument(
        fmt::format("partial inverse: the memory limit must be positive, got {}", options.memory_limit_bytes));
  }
  if (options.threads < 1)
    throw std::invalid_argument(fmt::format("partial inverse: expected at least 1 thread, got {}", options.threads));
  if (options.kernel != "auto") (void)kernel_entry(options.kernel);
  validate_precision(options);
}

// The kernels that have been asked, the last one in charge.
using Asked = std::vector<const KernelEntry*>;

JacobianSize size_of(const JacobianOperator& jacobian) {
  return {jacobian.rows(), jacobian.cols(), jacobian.has_structured_gram()};
}

bool fits(const KernelEntry& entry, const JacobianOperator& jacobian, const PartialInverseOptions& options) {
  return entry.bytes(size_of(jacobian), options) <= options.memory_limit_bytes;
}

// Who takes over from a kernel without an answer: the next safer one that has the room, else one that needs none.
const KernelEntry* rescuer(const Asked& asked, const JacobianOperator& jacobian, const PartialInverseOptions& options) {
  const auto fresh = [&](const KernelEntry* entry) {
    return std::find(asked.begin(), asked.end(), entry) == asked.end();
  };
  const KernelEntry* next = asked.back();
  while (next->safer != nullptr) {
    next = &kernel_entry(next->safer);
    if (fresh(next) && fits(*next, jacobian, options)) return next;
  }
  const KernelEntry* last = &last_resort();
  return fresh(last) ? last : nullptr;
}

// Who takes over; null where the answer stands, or nobody would do better or has the room.
const KernelEntry* successor(const KernelChoice& choice, const Asked& asked, const PartialInverseResult& result,
                             const JacobianOperator& jacobian, const PartialInverseOptions& options) {
  if (choice.otherwise != nullptr && asked.size() == 1)
    return !result.failure.empty() || result.error_estimate > options.accuracy ? choice.otherwise : nullptr;
  // What single precision misses is recorded, not repaired: the run would no longer be single.
  if (options.precision == "single") return nullptr;
  if (!result.failure.empty()) return rescuer(asked, jacobian, options);
  const KernelEntry& entry = *asked.back();
  if (!(result.error_estimate > options.accuracy) || entry.successor == nullptr) return nullptr;
  // What is left is round-off of J's own size, which every kernel has.
  if (result.error_estimate < 2 * result.error_floor) return nullptr;
  const KernelEntry* next = &kernel_entry(entry.successor);
  return fits(*next, jacobian, options) ? next : nullptr;
}

std::string handover(const KernelEntry& from, const PartialInverseResult& result, double accuracy,
                     const KernelEntry& to) {
  if (!result.failure.empty()) return fmt::format("{}: {}: {} takes over", from.name, result.failure, to.name);
  return fmt::format("{} estimates an error of {:.1e}, asked {:.1e}: {} takes over", from.name, result.error_estimate,
                     accuracy, to.name);
}

// One kernel's answer, counted and checked.
PartialInverseResult ask(const KernelEntry& entry, JacobianOperator& jacobian, const Vector& g,
                         const PartialInverseOptions& options) {
  const bool single = options.precision == "single" && entry.run_single != nullptr;
  PartialInverseResult result = (single ? entry.run_single : entry.run)(jacobian, g, options);
  if (options.precision == "single" && !single) result.direction = result.direction.cast<float>().cast<double>().eval();
  result.decompositions = 1;
  result.flops = entry.operations(size_of(jacobian), result.iterations);
  kernels::check_answer(jacobian, g, result);
  return result;
}

// Asks kernels, the chosen one first, until one's answer stands.
PartialInverseResult run_from(KernelChoice& choice, JacobianOperator& jacobian, const Vector& g,
                              const PartialInverseOptions& options) {
  Asked asked{choice.kernel};
  PartialInverseResult result = ask(*choice.kernel, jacobian, g, options);
  while (const KernelEntry* next = successor(choice, asked, result, jacobian, options)) {
    choice.reason += (choice.reason.empty() ? "" : "; ") + handover(*asked.back(), result, options.accuracy, *next);
    const Index decompositions = result.decompositions;
    const double flops = result.flops;
    result = ask(*next, jacobian, g, options);
    result.decompositions += decompositions;
    result.flops += flops;
    asked.push_back(next);
  }
  result.kernel = asked.back()->name;
  // What is tried before a kernel that is sure to do is a part of the choice.
  result.handed_over = asked.size() > (choice.otherwise == nullptr ? 1 : 2);
  if (result.direction.size() != jacobian.cols())
    result.direction = Vector::Constant(jacobian.cols(), std::numeric_limits<double>::quiet_NaN());
  return result;
}

PartialInverseResult run(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  KernelChoice choice = options.kernel == "auto" ? choose_kernel(size_of(jacobian), options)
                                                 : KernelChoice{&kernel_entry(options.kernel), nullptr, ""};
  const KernelEntry* entry = choice.kernel;

  PartialInverseResult result;
  result.kernel = entry->name;
  if (jacobian.rows() == 0 || jacobian.cols() == 0) {
    result.direction = Vector::Zero(jacobian.cols());
  } else if (!g.allFinite()) {
    result = kernels::not_a_number(jacobian.cols());
    result.kernel = entry->name;
  } else {
    result = run_from(choice, jacobian, g, options);
  }
  result.reason = choice.reason;
  return result;
}

}  // namespace

std::vector<const KernelEntry*> expected_kernels(const PartialInverseOptions& options, Index rows, Index cols,
                                                 bool structured) {
  if (options.kernel != "auto") return {&kernel_entry(options.kernel)};
  const KernelChoice choice = choose_kernel({rows, cols, structured}, options);
  if (choice.otherwise == nullptr) return {choice.kernel};
  return {choice.kernel, choice.otherwise};
}

PartialInverseResult partial_inverse(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& asked) {
  validate(jacobian, g, asked);
  PartialInverseOptions options = asked;
  options.threads = threads_for(std::min(jacobian.rows(), jacobian.cols()), asked.threads);
  jacobian.use_threads(options.threads);
  if (options.precision != "mixed") return run(jacobian, g, options);
  const Matrix rounded = jacobian.dense().cast<float>().cast<double>();
  DenseJacobian wrapper(rounded, options.chosen_backend());
  wrapper.use_threads(options.threads);
  return run(wrapper, g, options);
}

}  // namespace physgrad
