#pragma once
// The heap of a cell's first steps, counted in a process of its own.
#include <array>
#include <functional>
#include <optional>

#include "physgrad/catalogue/pair.hpp"
#include "physgrad/measure/heap_use.hpp"
#include "physgrad/train/trainer.hpp"

namespace physgrad {

/// The most live bytes above those of the start, and what they were for.
struct HeapPeak {
  double bytes = 0;
  std::array<double, kHeapUses> by_use{};
};

/// Whoever can count the heap of this program. Empty functions: nobody can.
struct HeapCounter {
  std::function<void(const HeapUse*)> start;  ///< asks there at every allocation what it is for
  std::function<HeapPeak()> stop;
};

/// What the copy is called where processes are listed.
inline constexpr const char* kHeapPassName = "heap pass";

/// Trains a few steps without evaluation in a copy of this process, so that neither its time nor its end touches what
/// is measured here. Nothing where nobody can count, where the copy failed, or where it took more than `seconds`.
[[nodiscard]] std::optional<HeapPeak> heap_peak(const ResolvedPair& pair, TrainOptions options,
                                                const HeapCounter& counter, double seconds);

}  // namespace physgrad
