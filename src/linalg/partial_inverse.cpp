#include "physgrad/linalg/partial_inverse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "physgrad/linalg/kernels.hpp"

namespace physgrad {
namespace kernels {

std::span<const KernelEntry> kernel_table() {
  static constexpr std::array<KernelEntry, 6> kTable{{
      {"svd", svd, svd_single, nullptr, nullptr},
      {"qr-svd", qr_svd, qr_svd_single, nullptr, "svd"},
      {"gram", gram, nullptr, "two-level", "two-level"},
      {"structured", structured, nullptr, "two-level", "two-level"},
      {"two-level", two_level, nullptr, "qr-svd", "qr-svd"},
      {"krylov", krylov, nullptr, nullptr, "qr-svd"},
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

// The kernels that have been asked, the last one in charge.
using Asked = std::vector<const kernels::KernelEntry*>;

bool fits(const kernels::KernelEntry& entry, const JacobianOperator& jacobian, const PartialInverseOptions& options) {
  return partial_inverse_bytes(entry.name, jacobian.rows(), jacobian.cols(), jacobian.has_structured_gram()) <=
         options.memory_limit_bytes;
}

// Who takes over from a kernel without an answer: the next safer one that has the room, else one that needs none.
const kernels::KernelEntry* rescuer(const Asked& asked, const JacobianOperator& jacobian,
                                    const PartialInverseOptions& options) {
  const auto fresh = [&](const kernels::KernelEntry* entry) {
    return std::find(asked.begin(), asked.end(), entry) == asked.end();
  };
  const kernels::KernelEntry* next = asked.back();
  while (next->safer != nullptr) {
    next = find(next->safer);
    if (fresh(next) && fits(*next, jacobian, options)) return next;
  }
  const kernels::KernelEntry* last = find("krylov");
  return fresh(last) ? last : nullptr;
}

// Who takes over; null where the answer stands, or nobody would do better or has the room.
const kernels::KernelEntry* successor(const Asked& asked, const PartialInverseResult& result,
                                      const JacobianOperator& jacobian, const PartialInverseOptions& options) {
  if (!result.failure.empty()) return rescuer(asked, jacobian, options);
  const kernels::KernelEntry& entry = *asked.back();
  if (!(result.error_estimate > options.accuracy) || entry.successor == nullptr) return nullptr;
  // What is left is round-off of J's own size, which every kernel has.
  if (result.error_estimate < 2 * result.error_floor) return nullptr;
  const kernels::KernelEntry* next = find(entry.successor);
  return fits(*next, jacobian, options) ? next : nullptr;
}

std::string handover(const kernels::KernelEntry& from, const PartialInverseResult& result, double accuracy,
                     const kernels::KernelEntry& to) {
  if (!result.failure.empty()) return fmt::format("{}: {}: {} takes over", from.name, result.failure, to.name);
  return fmt::format("{} estimates an error of {:.1e}, asked {:.1e}: {} takes over", from.name, result.error_estimate,
                     accuracy, to.name);
}

// One kernel's answer, counted and checked.
PartialInverseResult ask(const kernels::KernelEntry& entry, JacobianOperator& jacobian, const Vector& g,
                         const PartialInverseOptions& options) {
  PartialInverseResult result = (options.precision == "single" ? entry.run_single : entry.run)(jacobian, g, options);
  result.decompositions = 1;
  result.flops = partial_inverse_flops(entry.name, jacobian.rows(), jacobian.cols(), jacobian.has_structured_gram(),
                                       result.iterations);
  kernels::check_answer(jacobian, g, result);
  return result;
}

// Asks kernels, `first` the first of them, until one's answer stands.
PartialInverseResult run_from(const kernels::KernelEntry* first, JacobianOperator& jacobian, const Vector& g,
                              const PartialInverseOptions& options, std::string& reason) {
  Asked asked{first};
  PartialInverseResult result = ask(*first, jacobian, g, options);
  // What single precision misses is recorded, not repaired: the run would no longer be single.
  while (options.precision != "single") {
    const kernels::KernelEntry* next = successor(asked, result, jacobian, options);
    if (next == nullptr) break;
    reason += (reason.empty() ? "" : "; ") + handover(*asked.back(), result, options.accuracy, *next);
    const Index decompositions = result.decompositions;
    const double flops = result.flops;
    result = ask(*next, jacobian, g, options);
    result.decompositions += decompositions;
    result.flops += flops;
    asked.push_back(next);
  }
  result.kernel = asked.back()->name;
  result.handed_over = asked.size() > 1;
  if (result.direction.size() != jacobian.cols())
    result.direction = Vector::Constant(jacobian.cols(), std::numeric_limits<double>::quiet_NaN());
  return result;
}

PartialInverseResult run(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  kernels::Choice choice{nullptr, ""};
  if (options.kernel == "auto")
    choice = kernels::choose_kernel(jacobian.rows(), jacobian.cols(), jacobian.has_structured_gram(), options);
  const kernels::KernelEntry* entry = find(choice.kernel != nullptr ? choice.kernel : options.kernel);

  PartialInverseResult result;
  result.kernel = entry->name;
  if (jacobian.rows() == 0 || jacobian.cols() == 0) {
    result.direction = Vector::Zero(jacobian.cols());
  } else if (!g.allFinite()) {
    result = kernels::not_a_number(jacobian.cols());
    result.kernel = entry->name;
  } else {
    result = run_from(entry, jacobian, g, options, choice.reason);
  }
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
