#pragma once
// A line search for the strong Wolfe conditions on the batch's own loss (Nocedal & Wright, Numerical Optimization,
// algorithms 3.5 and 3.6, with cubic interpolation).
#include "physgrad/update/trial.hpp"

namespace physgrad {

class WolfeLine {
 public:
  /// Where the search ended: the length l, loss and gradient [n] at theta + l d.
  struct Point {
    double length = 0, loss = 0;
    Vector gradient;
  };

  /// At most `trials` points are tried; sufficient decrease c1 = 1e-4, curvature c2 = 0.9.
  explicit WolfeLine(long trials) : trials_(trials) {}

  /// A length with L(theta + l d) <= L + c1 l g.d and |g(theta + l d).d| <= c2 |g.d|, `first` tried first, and true;
  /// where the trials run out the lowest point that decreases enough, and true; false where there is none. The trial
  /// must give derivatives; `loss`, `slope` = g.d < 0 are those of theta.
  bool search(Trial& trial, double loss, double slope, const Vector& direction, double first, Point& out);

 private:
  struct Probe {
    double length, loss, slope;
  };
  Probe probe(Trial& trial, const Vector& direction, double length);
  bool zoom(Trial& trial, const Vector& direction, Probe low, Probe high);
  [[nodiscard]] bool decreases(const Probe& at) const;
  [[nodiscard]] bool flat(const Probe& at) const;

  long trials_, left_ = 0;
  double loss_ = 0, slope_ = 0;
  Vector moved_;
  Point best_;  // of those that decrease enough, or the one that meets both conditions
};

}  // namespace physgrad
