#pragma once
// Batches that grow along a training (Byrd, Chin, Nocedal, Wu 2012; Friedlander & Schmidt 2012; Smith et al. 2018):
// small ones while any direction is good enough, large ones when their noise is what is left.
#include <algorithm>
#include <cmath>

#include "physgrad/core/types.hpp"

namespace physgrad {

/// The batch doubles k = ceil(log2(growth)) times, each time after 1 / (k + 1) of the budget, the last time to growth
/// times the first.
class BatchGrowth {
 public:
  /// Samples at first, growth >= 1, and how many samples there may be at once.
  BatchGrowth(Index first, double growth, Index most)
      : first_(std::min(first, most)), most_(most), growth_(growth), doublings_(std::ceil(std::log2(growth))) {}

  /// Samples of an update before which the share `used` in [0, 1] of the budget is gone.
  [[nodiscard]] Index at(double used) const {
    const double done = std::min(doublings_, std::floor(used * (doublings_ + 1)));
    return std::min(most_, static_cast<Index>(std::llround(static_cast<double>(first_) * factor(done))));
  }
  [[nodiscard]] Index first() const { return first_; }
  [[nodiscard]] Index largest() const { return at(1); }

 private:
  [[nodiscard]] double factor(double doublings) const { return std::min(growth_, std::exp2(doublings)); }

  Index first_, most_;
  double growth_, doublings_;
};

}  // namespace physgrad
