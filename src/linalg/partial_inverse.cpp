#include "linalg/partial_inverse.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "linalg/kernels.hpp"

namespace physgrad {
namespace kernels {

std::span<const KernelEntry> kernel_table() {
  static constexpr std::array<KernelEntry, 6> kTable{{
      {"svd", svd, svd_single, nullptr},
      {"qr-svd", qr_svd, qr_svd_single, nullptr},
      {"gram", gram, nullptr, "two-level"},
      {"structured", structured, nullptr, "two-level"},
      {"two-level", two_level, nullptr, "qr-svd"},
      {"krylov", krylov, nullptr, nullptr},
  }};
  return kTable;
}

PartialInverseResult not_a_number(Index cols) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  PartialInverseResult result;
  result.direction = Vector::Constant(cols, kNan);
  result.singular_max = kNan;
  result.singular_min_kept = kNan;
  result.error_estimate = kNan;
  return result;
}

}  // namespace kernels

namespace {

const kernels::KernelEntry* find(const std::string& name) {
  for (const kernels::KernelEntry& entry : kernels::kernel_table()) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

void validate_precision(const PartialInverseOptions& options) {
  if (options.precision == "double" || options.precision == "mixed") return;
  if (options.precision != "single") {
    throw std::invalid_argument(
        fmt::format("partial inverse: unknown precision '{}', known: double, single, mixed", options.precision));
  }
  if (options.kernel == "auto" || find(options.kernel)->run_single != nullptr) return;
  if (options.kernel == "krylov") {
    throw std::invalid_argument("partial inverse: kernel 'krylov' works in double precision only; single: svd, qr-svd");
  }
  throw std::invalid_argument(fmt::format(
      "partial inverse: never form a Gram matrix in single precision: it squares singular values, and those below "
      "3e-4 of the largest are lost; kernel '{}' works in double, single precision in: svd, qr-svd",
      options.kernel));
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
  if (options.kernel != "auto" && find(options.kernel) == nullptr) {
    std::string known = "auto";
    for (const std::string& name : partial_inverse_kernels()) known += ", " + name;
    throw std::invalid_argument(fmt::format("partial inverse: unknown kernel '{}', known: {}", options.kernel, known));
  }
  validate_precision(options);
}

// Who takes over from a kernel that missed the asked accuracy; null where nobody would do better or has the room.
const kernels::KernelEntry* successor(const kernels::KernelEntry& entry, const PartialInverseResult& result,
                                      const JacobianOperator& jacobian, const PartialInverseOptions& options) {
  if (!(result.error_estimate > options.accuracy) || entry.successor == nullptr) return nullptr;
  // What is left is round-off of J's own size, which every kernel has.
  if (result.error_estimate < 2 * result.error_floor) return nullptr;
  const double bytes =
      partial_inverse_bytes(entry.successor, jacobian.rows(), jacobian.cols(), jacobian.has_structured_gram());
  return bytes <= options.memory_limit_bytes ? find(entry.successor) : nullptr;
}

void count(const kernels::KernelEntry& entry, const JacobianOperator& jacobian, PartialInverseResult& result) {
  result.decompositions = 1;
  result.flops = partial_inverse_flops(entry.name, jacobian.rows(), jacobian.cols(), jacobian.has_structured_gram(),
                                       result.iterations);
}

PartialInverseResult run(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  kernels::Choice choice{nullptr, ""};
  if (options.kernel == "auto")
    choice = kernels::choose_kernel(jacobian.rows(), jacobian.cols(), jacobian.has_structured_gram(), options);
  const kernels::KernelEntry* entry = find(choice.kernel != nullptr ? choice.kernel : options.kernel);

  PartialInverseResult result;
  if (jacobian.rows() == 0 || jacobian.cols() == 0) {
    result.direction = Vector::Zero(jacobian.cols());
  } else if (!g.allFinite()) {
    result = kernels::not_a_number(jacobian.cols());
  } else if (options.precision == "single") {
    // What single precision misses is recorded, not repaired: the run would no longer be single.
    result = entry->run_single(jacobian, g, options);
    count(*entry, jacobian, result);
  } else {
    result = entry->run(jacobian, g, options);
    count(*entry, jacobian, result);
    while (const kernels::KernelEntry* next = successor(*entry, result, jacobian, options)) {
      choice.reason += fmt::format("{}{} estimates an error of {:.1e}, asked {:.1e}: {} takes over",
                                   choice.reason.empty() ? "" : "; ", entry->name, result.error_estimate,
                                   options.accuracy, next->name);
      entry = next;
      const Index decompositions = result.decompositions;
      const double flops = result.flops;
      result = entry->run(jacobian, g, options);
      count(*entry, jacobian, result);
      result.decompositions += decompositions;
      result.flops += flops;
    }
  }
  result.kernel = entry->name;
  result.reason = choice.reason;
  return result;
}

}  // namespace

std::vector<std::string> partial_inverse_kernels() {
  std::vector<std::string> names;
  for (const kernels::KernelEntry& entry : kernels::kernel_table()) names.emplace_back(entry.name);
  return names;
}

std::string expected_kernel(const PartialInverseOptions& options, Index rows, Index cols, bool structured) {
  return options.kernel != "auto" ? options.kernel : kernels::choose_kernel(rows, cols, structured, options).kernel;
}

PartialInverseResult partial_inverse(JacobianOperator& jacobian, const Vector& g,
                                     const PartialInverseOptions& options) {
  validate(jacobian, g, options);
  if (options.precision != "mixed") return run(jacobian, g, options);
  const Matrix rounded = jacobian.dense().cast<float>().cast<double>();
  DenseJacobian wrapper(rounded);
  return run(wrapper, g, options);
}

}  // namespace physgrad
