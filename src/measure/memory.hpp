#pragma once
#include <cstddef>

namespace physgrad {

/// The operating system's peak resident size of this process since it started or since reset_peak_rss(); 0 if unknown.
[[nodiscard]] std::size_t peak_rss_bytes();

/// Starts a new peak at the present resident size. Returns false where the system does not offer that.
bool reset_peak_rss();

}  // namespace physgrad
