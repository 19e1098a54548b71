#pragma once
// Exit codes of a cell's process, between the two of its ends.
namespace physgrad {

inline constexpr int kOutOfMemory = 77, kWorkFailed = 78, kNotStarted = 79;

}  // namespace physgrad
