#pragma once
// Live heap bytes of this executable, counted at malloc and its relatives, where Eigen and the standard library meet.
#include <benchmark/benchmark.h>

#include <cstdint>

namespace physgrad::kernels_bench {

struct HeapCount {
  std::int64_t allocations = 0;  ///< calls since start_heap_count()
  std::int64_t peak_bytes = 0;   ///< most live bytes since then, above what was live at that moment
};
void start_heap_count();
[[nodiscard]] HeapCount stop_heap_count();

/// Reports every benchmark's allocations and peak, in a pass of its own beside the timed one.
class HeapMemoryManager final : public benchmark::MemoryManager {
 public:
  void Start() override { start_heap_count(); }
  void Stop(Result* result) override { Stop(*result); }
  void Stop(Result& result) override {
    const HeapCount count = stop_heap_count();
    result.num_allocs = count.allocations;
    result.max_bytes_used = count.peak_bytes;
  }
};

}  // namespace physgrad::kernels_bench
