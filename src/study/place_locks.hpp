#pragma once
// Locks on places of a file, which programs on several machines hold beside one another.
#include <cstddef>
#include <filesystem>
#include <functional>
#include <vector>

#include "physgrad/files/descriptor.hpp"

namespace physgrad {

/// Calls `lock` until it returns 0, for a moment: a killed driver's last child holds its locks until it, too, is gone.
/// 0, or the errno of the last try.
[[nodiscard]] int locked_in_a_moment(const std::function<int()>& lock);
/// Whether such an errno says that somebody else has the lock, and not that there are no locks here.
[[nodiscard]] bool is_held_lock(int error);

/// They end with the object, or with the program. Cells' processes do not inherit them.
class PlaceLocks {
 public:
  /// Makes the file where it is missing. Not usable, with errno, where it cannot be opened.
  explicit PlaceLocks(const std::filesystem::path& file);
  [[nodiscard]] bool usable() const { return file_.number() >= 0; }

  /// Takes the places, which are in order. 0, or an errno; then some may be held.
  [[nodiscard]] int hold(const std::vector<std::size_t>& places) const;
  void release() const;
  /// Whether another program holds a place.
  [[nodiscard]] bool others_hold() const;

  /// Does the work while nobody else does such work, waiting for that. Throws std::runtime_error.
  void alone(const std::function<void()>& work) const;

 private:
  Descriptor file_;
};

}  // namespace physgrad
