#include "physgrad/linalg/choose_kernel.hpp"

#include <fmt/format.h>

#include <limits>

#include "physgrad/linalg/gram_problem.hpp"
#include "physgrad/linalg/kernel_table.hpp"

namespace physgrad {
namespace {

bool expected_to_do(const KernelEntry& entry, const JacobianSize& size, const PartialInverseOptions& options) {
  if (size.rank() < entry.pays_from || size.rank() >= entry.pays_below) return false;
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

}  // namespace

KernelChoice choose_kernel(const JacobianSize& size, const PartialInverseOptions& options) {
  if (options.precision == "single") {
    const KernelEntry* kernel = fastest(size, [&](const KernelEntry& entry) { return pays_in_single(entry, size); });
    return {kernel, fmt::format("single precision: {}", kernel->single_reason)};
  }
  const auto able = [&](const KernelEntry& entry) { return expected_to_do(entry, size, options); };
  const auto fits = [&](const KernelEntry& entry) {
    return able(entry) && entry.bytes(size, options) <= options.memory_limit_bytes;
  };
  const KernelEntry* kernel = fastest(size, fits);
  if (kernel == nullptr)
    return {&last_resort(), fmt::format("nothing else fits into {:.3g} bytes", options.memory_limit_bytes)};
  return {kernel, fmt::format("rank at most {}, gram form predicted to err by {:.1e}, asked {:.1e}{}", size.rank(),
                              kernels::gram_form_error(options.tau), options.accuracy,
                              kernel == fastest(size, able) ? "" : ", faster kernels do not fit")};
}

}  // namespace physgrad
