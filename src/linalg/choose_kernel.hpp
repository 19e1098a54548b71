#pragma once
// Internal to linalg: what `auto` means.
#include <string>

#include "physgrad/linalg/kernel_entry.hpp"

namespace physgrad {

struct KernelChoice {
  const KernelEntry* kernel;
  /// Who answers where the spectrum leaves `kernel` less accurate than was asked; null: its successor, as ever.
  const KernelEntry* otherwise;
  std::string reason;
};

/// The fastest kernel, by its entry, that is expected to reach options.accuracy within options.memory_limit_bytes;
/// where none fits, the one that lives within any limit. What is expected is the worst that `tau` admits: where a
/// kernel whose estimate knows better costs a small part of that one, it is tried first. In single precision such a
/// kernel works on the rounded J in double, and its answer is rounded.
[[nodiscard]] KernelChoice choose_kernel(const JacobianSize& size, const PartialInverseOptions& options);

}  // namespace physgrad
