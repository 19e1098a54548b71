#pragma once
// The loss of each sample alone as a function of its control, l_i(x_i) = L(P(x_i; c_i), y*_i): what optimisers minimise
// that stand in for an inverse simulator. It does not depend on how many samples a batch has.
#include <span>

#include "physgrad/update/method.hpp"

namespace physgrad {

struct SampleLosses {
  Vector value;     ///< l [k]
  Matrix gradient;  ///< dl_i/dx_i [dx x k]

  /// Whether both are finite in column i.
  [[nodiscard]] bool finite(Index i) const;
};

/// At the network's control, from what the evaluation knows.
[[nodiscard]] SampleLosses present_losses(Evaluation& at);

/// At other controls. Every call is a linearisation and a product with J_P^T for each of its samples, which are
/// counted.
class LossesAt {
 public:
  explicit LossesAt(Evaluation& at) : at_(at) {}
  /// Of the batch's samples `which`, with the controls x [dx x which.size()].
  [[nodiscard]] SampleLosses operator()(const Matrix& x, std::span<const Index> which);
  /// Bytes that a call holds at most, its result included.
  [[nodiscard]] static double bytes(const MethodSizes& sizes);

 private:
  Evaluation& at_;
  LinearizationPtr there_;  // keeps its memory from call to call
};

}  // namespace physgrad
