#include "physgrad/linalg/kernel_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

namespace physgrad {

std::span<const KernelEntry* const> kernel_table() {
  static const std::vector<const KernelEntry*> table = [] {
    const std::span<const KernelEntry* const> entries = kernel_entries();
    std::vector<const KernelEntry*> sorted(entries.begin(), entries.end());
    std::ranges::stable_sort(sorted, {}, &KernelEntry::order);
    return sorted;
  }();
  return table;
}

const KernelEntry* find_kernel(std::string_view name) {
  const auto table = kernel_table();
  const auto found =
      std::ranges::find(table, name, [](const KernelEntry* entry) { return std::string_view(entry->name); });
  return found == table.end() ? nullptr : *found;
}

const KernelEntry& kernel_entry(std::string_view name) {
  if (const KernelEntry* entry = find_kernel(name)) return *entry;
  throw std::invalid_argument(fmt::format("partial inverse: unknown kernel '{}', known: auto, {}", name,
                                          fmt::join(partial_inverse_kernels(), ", ")));
}

const KernelEntry& last_resort() {
  return **std::ranges::find_if(kernel_table(), [](const KernelEntry* entry) { return entry->any_memory; });
}

namespace {

template <class Wanted>
std::vector<std::string> names_of(const Wanted& wanted) {
  std::vector<std::string> names;
  for (const KernelEntry* entry : kernel_table())
    if (wanted(*entry)) names.emplace_back(entry->name);
  return names;
}

}  // namespace

std::vector<std::string> partial_inverse_kernels() {
  return names_of([](const KernelEntry&) { return true; });
}

std::vector<std::string> single_precision_kernels() {
  return names_of([](const KernelEntry& entry) { return entry.run_single != nullptr; });
}

}  // namespace physgrad
