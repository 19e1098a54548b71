// malloc and its relatives, replaced for an executable by glibc's own with a count in front. Only while a count runs
// does that cost more than a test of a flag.
#include "heap_count.hpp"

#if defined(__SANITIZE_ADDRESS__)

// AddressSanitizer brings its own malloc.
namespace physgrad::bench {
void start_heap_count() {}
HeapCount stop_heap_count() { return {-1, -1}; }
}  // namespace physgrad::bench

#else

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);
}

namespace {

// The one place of the project with mutable globals: malloc has no arguments to carry them.
std::atomic<bool> counting{false};
std::atomic<std::int64_t> allocations{0}, live{0}, peak{0};

void* gained(void* memory) {
  if (memory == nullptr || !counting.load(std::memory_order_relaxed)) return memory;
  ++allocations;
  const std::int64_t now = live += static_cast<std::int64_t>(malloc_usable_size(memory));
  std::int64_t seen = peak.load();
  while (now > seen && !peak.compare_exchange_weak(seen, now)) {
  }
  return memory;
}

void losing(void* memory) {
  if (memory != nullptr && counting.load(std::memory_order_relaxed))
    live -= static_cast<std::int64_t>(malloc_usable_size(memory));
}

}  // namespace

extern "C" {
void* malloc(std::size_t size) { return gained(__libc_malloc(size)); }
void* calloc(std::size_t count, std::size_t size) { return gained(__libc_calloc(count, size)); }
void* realloc(void* memory, std::size_t size) {
  losing(memory);
  return gained(__libc_realloc(memory, size));
}
void free(void* memory) {
  losing(memory);
  __libc_free(memory);
}
void* memalign(std::size_t alignment, std::size_t size) { return gained(__libc_memalign(alignment, size)); }
void* aligned_alloc(std::size_t alignment, std::size_t size) { return gained(__libc_memalign(alignment, size)); }
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  *memory = gained(__libc_memalign(alignment, size));
  return *memory == nullptr ? ENOMEM : 0;
}
}

namespace physgrad::bench {

void start_heap_count() {
  allocations = 0;
  live = 0;
  peak = 0;
  counting = true;
}

HeapCount stop_heap_count() {
  counting = false;
  return {allocations, peak};
}

}  // namespace physgrad::bench

#endif
