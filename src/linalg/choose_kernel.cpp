#include "physgrad/linalg/choose_kernel.hpp"

#include <fmt/format.h>

#include <limits>

#include "physgrad/linalg/gram_problem.hpp"
#include "physgrad/linalg/kernel_table.hpp"

namespace physgrad {
namespace {

bool pays(const KernelEntry& entry, const JacobianSize& size) {
  return size.rank() >= entry.pays_from && size.rank() < entry.pays_below;
}

bool expected_to_do(const KernelEntry& entry, const JacobianSize& size, const PartialInverseOptions& options) {
  if (!pays(entry, size)) return false;
  return entry.exact() || entry.predicted_error(options) <= options.accuracy;
}

bool pays_in_single(const KernelEntry& entry, const JacobianSize& size) {
  return entry.run_single != nullptr && entry.single_from_ratio != KernelEntry::kNever &&
         std::max(size.rows, size.cols) >= entry.single_from_ratio * size.rank();
}

// The one of the fewest operations; null where none is wanted. Of equals, which only an empty Jacobian has, the last.
template <class Wanted>
const KernelEntry* fastest(const JacobianSize& size, const Wanted& wanted) {
  const KernelEntry* best = nullptr;
  double fewest = std::numeric_limits<double>::infinity();
  for (const KernelEntry* entry : kernel_table()) {
    if (!wanted(*entry)) continue;
    const double operations = entry->operations(size, 0);
    if (operations > fewest) continue;
    best = entry;
    fewest = operations;
  }
  return best;
}

// What is cheap enough to be tried before `sure`, and null where nothing is. An attempt that fails costs a fifth more
// at most, and less where eigenvectors are what takes long.
const KernelEntry* attempt_before(const KernelEntry& sure, const JacobianSize& size,
                                  const PartialInverseOptions& options) {
  constexpr double kShare = 0.2;
  const KernelEntry* best = fastest(size, [&](const KernelEntry& entry) {
    return entry.worth_trying && pays(entry, size) && entry.bytes(size, options) <= options.memory_limit_bytes;
  });
  return best != nullptr && best->operations(size, 0) <= kShare * sure.operations(size, 0) ? best : nullptr;
}

KernelChoice choose_in_single(const JacobianSize& size, const PartialInverseOptions& options) {
  const KernelEntry* sure = fastest(size, [&](const KernelEntry& entry) { return pays_in_single(entry, size); });
  const KernelEntry* attempt = attempt_before(*sure, size, options);
  if (attempt == nullptr) return {sure, nullptr, fmt::format("single precision: {}", sure->single_reason)};
  return {attempt, sure,
          fmt::format("single precision: {} is tried on the rounded J before {}", attempt->name, sure->name)};
}

}  // namespace

KernelChoice choose_kernel(const JacobianSize& size, const PartialInverseOptions& options) {
  if (options.precision == "single") return choose_in_single(size, options);
  const auto able = [&](const KernelEntry& entry) { return expected_to_do(entry, size, options); };
  const auto fits = [&](const KernelEntry& entry) {
    return able(entry) && entry.bytes(size, options) <= options.memory_limit_bytes;
  };
  const KernelEntry* kernel = fastest(size, fits);
  if (kernel == nullptr)
    return {&last_resort(), nullptr, fmt::format("nothing else fits into {:.3g} bytes", options.memory_limit_bytes)};
  const std::string expected = fmt::format("rank at most {}, gram form predicted to err by {:.1e}, asked {:.1e}{}",
                                           size.rank(), kernels::gram_form_error(options.tau), options.accuracy,
                                           kernel == fastest(size, able) ? "" : ", faster kernels do not fit");
  const KernelEntry* attempt = attempt_before(*kernel, size, options);
  if (attempt == nullptr) return {kernel, nullptr, expected};
  return {attempt, kernel, fmt::format("{}; {} is tried before {}", expected, attempt->name, kernel->name)};
}

}  // namespace physgrad
