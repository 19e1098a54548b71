#pragma once
// All kernels of the partial inverse.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "physgrad/linalg/kernel_entry.hpp"

namespace physgrad {

/// The entries of the files in kernels/, as cmake/Catalogue.cmake lists them.
[[nodiscard]] std::span<const KernelEntry* const> kernel_entries();

/// The same in the order of their documentation, the reference first.
[[nodiscard]] std::span<const KernelEntry* const> kernel_table();

/// Null for an unknown name.
[[nodiscard]] const KernelEntry* find_kernel(std::string_view name);
/// Throws std::invalid_argument, with the known names, for an unknown one.
[[nodiscard]] const KernelEntry& kernel_entry(std::string_view name);
/// The one that lives within any limit.
[[nodiscard]] const KernelEntry& last_resort();

/// Names of the kernels besides "auto".
[[nodiscard]] std::vector<std::string> partial_inverse_kernels();
/// Names of those that work in single precision too.
[[nodiscard]] std::vector<std::string> single_precision_kernels();

}  // namespace physgrad
