// malloc and its relatives, replaced for an executable by glibc's own with a count in front. Only while a count runs
// does that cost more than a test of a flag.
#include "heap_count.hpp"

#if defined(__SANITIZE_ADDRESS__)

// AddressSanitizer brings its own malloc.
namespace physgrad::executable {
void start_heap_count(const HeapUse*) {}
HeapCount stop_heap_count() { return {-1, -1, {}}; }
}  // namespace physgrad::executable

#else

#include <malloc.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <numeric>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);
}

namespace {

using physgrad::HeapUse;
using physgrad::kHeapUses;

/// Which use each live block was allocated for: open addressing, in memory that no page is spent on before it is used.
/// A full table forgets, which the part `other` then shows.
class Blocks {
 public:
  void clear() {
    for (Entry& entry : entries_)
      if (entry.address != 0) entry = {};
    count_ = 0;
  }
  void insert(const void* memory, HeapUse use) {
    if (count_ >= kSlots / 2) return;
    std::size_t at = home(address_of(memory));
    while (entries_[at].address != 0) at = (at + 1) % kSlots;
    entries_[at] = {address_of(memory), use};
    ++count_;
  }
  /// False for a block that is not in the table.
  bool remove(const void* memory, HeapUse& use) {
    std::size_t at = home(address_of(memory));
    while (entries_[at].address != address_of(memory)) {
      if (entries_[at].address == 0) return false;
      at = (at + 1) % kSlots;
    }
    use = entries_[at].use;
    // Later entries of the same run move up, so that no search ends too early.
    for (std::size_t next = (at + 1) % kSlots; entries_[next].address != 0; next = (next + 1) % kSlots) {
      const std::size_t wanted = home(entries_[next].address);
      if ((next - wanted) % kSlots < (next - at) % kSlots) continue;
      entries_[at] = entries_[next];
      at = next;
    }
    entries_[at] = {};
    --count_;
    return true;
  }

 private:
  struct Entry {
    std::uintptr_t address = 0;
    HeapUse use{};  // zero, so that the table is no part of the program's file
  };
  static constexpr std::size_t kSlots = std::size_t{1} << 20;
  static std::uintptr_t address_of(const void* memory) { return reinterpret_cast<std::uintptr_t>(memory); }
  static std::size_t home(std::uintptr_t address) { return (address >> 4) * 0x9E3779B97F4A7C15ULL % kSlots; }

  Entry entries_[kSlots];
  std::size_t count_ = 0;
};

// The one place of the project with mutable globals: malloc has no arguments to carry them.
std::atomic<bool> counting{false};
std::atomic_flag busy = ATOMIC_FLAG_INIT;
const HeapUse* current_use = nullptr;
std::int64_t allocations, live, peak;
std::int64_t live_by_use[kHeapUses], peak_by_use[kHeapUses];
Blocks blocks;

class Lock {
 public:
  Lock() {
    while (busy.test_and_set(std::memory_order_acquire)) {
    }
  }
  ~Lock() { busy.clear(std::memory_order_release); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
};

void* gained(void* memory) {
  if (memory == nullptr || !counting.load(std::memory_order_relaxed)) return memory;
  const Lock lock;
  const auto size = static_cast<std::int64_t>(malloc_usable_size(memory));
  ++allocations;
  live += size;
  if (current_use != nullptr) {
    blocks.insert(memory, *current_use);
    live_by_use[static_cast<std::size_t>(*current_use)] += size;
  }
  if (live > peak) {
    peak = live;
    for (std::size_t u = 0; u < kHeapUses; ++u) peak_by_use[u] = live_by_use[u];
  }
  return memory;
}

void losing(void* memory) {
  if (memory == nullptr || !counting.load(std::memory_order_relaxed)) return;
  const Lock lock;
  const auto size = static_cast<std::int64_t>(malloc_usable_size(memory));
  live -= size;
  HeapUse use{};
  if (current_use != nullptr && blocks.remove(memory, use)) live_by_use[static_cast<std::size_t>(use)] -= size;
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

namespace physgrad::executable {

void start_heap_count(const HeapUse* use) {
  blocks.clear();
  for (std::size_t u = 0; u < kHeapUses; ++u) live_by_use[u] = peak_by_use[u] = 0;
  allocations = live = peak = 0;
  current_use = use;
  counting = true;
}

HeapCount stop_heap_count() {
  counting = false;
  HeapCount count{allocations, peak, {}};
  for (std::size_t u = 0; u < kHeapUses; ++u) count.peak_by_use[u] = peak_by_use[u];
  std::int64_t& other = count.peak_by_use[static_cast<std::size_t>(HeapUse::other)];
  other += peak - std::accumulate(std::begin(peak_by_use), std::end(peak_by_use), std::int64_t{0});
  return count;
}

}  // namespace physgrad::executable

#endif
