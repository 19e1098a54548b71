#pragma once
// Work on several threads of one process, through OpenMP. Where this program was built without it, everything runs on
// the calling thread.
#include <algorithm>
#include <functional>

#include "physgrad/core/types.hpp"

namespace physgrad {

/// Where members of a team wait for each other.
class MeetingPoint;

/// One of those that share some work.
struct Member {
  int index = 0;
  int count = 1;
  MeetingPoint* point = nullptr;  ///< of more than one

  /// Returns when every member has called it as often. Where one has ended by an exception the others end here.
  void meet() const;
  struct Range {
    Index begin;
    Index end;
  };
  /// Of the numbers begin .. end - 1 those that are this member's, in one piece: about as many each, cut at multiples
  /// of `multiple` from `begin`.
  [[nodiscard]] Range share(Index begin, Index end, Index multiple = 1) const {
    const Index pieces = (end - begin + multiple - 1) / multiple;
    const auto cut = [&](Index member) { return std::min(end, begin + pieces * member / count * multiple); };
    return {cut(index), cut(index + 1)};
  }
};

/// False where parallel() has one thread only.
[[nodiscard]] bool has_threads();

/// Runs `work` on `threads` threads at once, at least 1, this one among them as member 0, and returns when all have
/// ended; on fewer where OpenMP is held to fewer, which members see. An exception of one is thrown again here; of
/// several, the first member's.
void parallel(int threads, const std::function<void(const Member&)>& work);

}  // namespace physgrad
