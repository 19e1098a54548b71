#pragma once
// An exponential moving average of the weights along a training (Polyak & Juditsky 1992; with the bias of its start
// removed as in Kingma & Ba 2015): mean of theta_1 .. theta_t with weights decay^(t - s), which sum to one.
#include <cmath>

#include "physgrad/core/types.hpp"

namespace physgrad {

class WeightAverage {
 public:
  /// `decay` in [0, 1); 0 keeps nothing.
  explicit WeightAverage(double decay) : decay_(decay) {}

  void add(const Vector& theta) {
    if (decay_ == 0) return;
    if (mean_.size() == 0) mean_ = Vector::Zero(theta.size());
    // The share of the newest: (1 - decay) / (1 - decay^t).
    share_left_ *= decay_;
    mean_ += (1 - decay_) / (1 - share_left_) * (theta - mean_);
  }
  /// The mean; `theta`, the last weights, where there is none.
  [[nodiscard]] const Vector& or_last(const Vector& theta) const { return mean_.size() > 0 ? mean_ : theta; }
  [[nodiscard]] static double bytes(double decay, Index parameters) {
    return decay > 0 ? 8.0 * static_cast<double>(parameters) : 0.0;
  }

 private:
  double decay_, share_left_ = 1;
  Vector mean_;
};

}  // namespace physgrad
