#pragma once
// Live heap bytes of this executable, counted at malloc and its relatives, where Eigen and the standard library meet.
#include <array>
#include <cstdint>

#include "physgrad/measure/heap_use.hpp"

namespace physgrad::executable {

struct HeapCount {
  std::int64_t allocations = 0;  ///< calls since start_heap_count()
  std::int64_t peak_bytes = 0;   ///< most live bytes since then, above what was live at that moment
  /// At that peak, by what it was allocated for; `other` includes what was freed of the memory from before, so that the
  /// parts add up to the peak.
  std::array<std::int64_t, kHeapUses> peak_by_use{};
};
/// `use` says at every allocation what it is for; null: nobody asks.
void start_heap_count(const HeapUse* use = nullptr);
/// Everything is negative in builds that cannot count (AddressSanitizer).
[[nodiscard]] HeapCount stop_heap_count();

}  // namespace physgrad::executable
