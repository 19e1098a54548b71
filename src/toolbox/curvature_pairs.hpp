#pragma once
// What L-BFGS remembers: the last steps with the changes of the gradient along them, and the inverse Hessian that they
// stand for (Nocedal 1980; Nocedal & Wright, Numerical Optimization, 2006, algorithm 7.4).
#include <cstddef>
#include <vector>

#include "physgrad/core/types.hpp"

namespace physgrad {

class CurvaturePairs {
 public:
  explicit CurvaturePairs(std::size_t history) : history_(history) {}

  [[nodiscard]] bool empty() const { return pairs_.empty(); }
  [[nodiscard]] std::size_t size() const { return pairs_.size(); }
  void clear() { pairs_.clear(); }
  /// Keeps the step s and the gradient's change y, both [n], where s.y > 1e-10 |s| |y|; the oldest pair makes room.
  void remember(const Vector& s, Vector y);
  /// The two-loop recursion: H g [n], from H = s.y / y.y of the newest pair; there must be one.
  [[nodiscard]] Vector inverse_hessian_times(const Vector& gradient) const;

 private:
  struct Pair {
    Vector s, y;
    double curvature;  // s.y
  };
  std::size_t history_;
  std::vector<Pair> pairs_;
};

}  // namespace physgrad
