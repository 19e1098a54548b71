#pragma once
// Memory of every benchmark, in a pass of its own.
#include <benchmark/benchmark.h>

#include "../heap_count.hpp"

namespace physgrad::kernels_bench {

/// Reports every benchmark's allocations and peak, in a pass of its own beside the timed one.
class HeapMemoryManager final : public benchmark::MemoryManager {
 public:
  void Start() override { executable::start_heap_count(); }
  void Stop(Result* result) override { Stop(*result); }
  void Stop(Result& result) override {
    const executable::HeapCount count = executable::stop_heap_count();
    result.num_allocs = count.allocations;
    result.max_bytes_used = count.peak_bytes;
  }
};

}  // namespace physgrad::kernels_bench
