#pragma once
// Internal to linalg: what `auto` means.
#include <string>

#include "physgrad/linalg/kernel_entry.hpp"

namespace physgrad {

struct KernelChoice {
  const KernelEntry* kernel;
  std::string reason;
};

/// The fastest kernel, by its entry, that is expected to reach options.accuracy within options.memory_limit_bytes;
/// where none fits, the one that lives within any limit.
[[nodiscard]] KernelChoice choose_kernel(const JacobianSize& size, const PartialInverseOptions& options);

}  // namespace physgrad
