#pragma once
// Live heap bytes of this executable, counted at malloc and its relatives, where Eigen and the standard library meet.
#include <cstdint>

namespace physgrad::bench {

struct HeapCount {
  std::int64_t allocations = 0;  ///< calls since start_heap_count()
  std::int64_t peak_bytes = 0;   ///< most live bytes since then, above what was live at that moment
};
void start_heap_count();
/// Both are negative in builds that cannot count (AddressSanitizer).
[[nodiscard]] HeapCount stop_heap_count();

}  // namespace physgrad::bench
