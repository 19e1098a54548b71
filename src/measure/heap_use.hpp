#pragma once
// What memory is for, so that a count of the heap can tell whose it is.
#include <cstddef>

namespace physgrad {

/// `jacobian`: J or its Gram matrix. `decomposition`: what a decomposition works in and leaves behind. `method`: state
/// of the method and its rule, directions and updates.
enum class HeapUse { simulator, network, jacobian, decomposition, method, other };
inline constexpr std::size_t kHeapUses = 6;
[[nodiscard]] const char* to_text(HeapUse use);

}  // namespace physgrad
