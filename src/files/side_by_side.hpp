#pragma once
// Work that does not wait for other work, on many files for one: as much of it at the same time as there are
// processors.
#include <cstddef>
#include <functional>

namespace physgrad {

/// Calls `work` once with each number below `count`, from several threads where the process may use several processors.
/// Throws what the smallest number of those that threw did; larger ones may then not have been begun.
void side_by_side(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace physgrad
