#include "physgrad/toolbox/search/backtracking.hpp"

#include <algorithm>

#include "physgrad/update/part.hpp"

namespace physgrad {

bool Backtracking::descend(Trial& trial, double before, const Vector& direction, double slope, double first,
                           Vector& out) const {
  double length = first;
  for (long number = 0; number < trials_; ++number, length /= 2) {
    out = length * direction;
    if (enough(trial.loss(out), before, length * slope)) return true;
  }
  out = Vector::Zero(direction.size());
  return false;
}

SettingSpec backtracking_trials_setting() {
  return integer_setting("trials", 10, 1, 100, "lengths tried a step, each half of the one before");
}

namespace parts {
namespace {

class BacktrackingSearch final : public Search {
 public:
  explicit BacktrackingSearch(long trials) : line_(trials) {}

  void choose(Evaluation& at, Proposals& from, Vector& out) override {
    from.propose(direction_);
    // What is not finite is no direction, but the training's to explain.
    if (!direction_.allFinite()) {
      out = direction_;
      return;
    }
    // Along a direction that leads upwards, which a step that is no gradient may be, the loss must at least not rise.
    const double slope = std::min(0.0, at.gradient().dot(direction_));
    Trial trial(at, false);
    line_.descend(trial, at.loss(), direction_, slope, 1.0, out);
  }
  // The direction and the gradient, whose product is the slope; a trial.
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes) const override {
    return 16.0 * static_cast<double>(sizes.parameters) + Trial::bytes(sizes, false);
  }

 private:
  Backtracking line_;
  Vector direction_;
};

}  // namespace

PartDefinition search_backtracking() {
  return {.summary = "the update is halved until the batch's loss decreases enough",
          .citation = "Armijo, Pacific J. Math. 1966; Nocedal & Wright, Numerical Optimization, algorithm 3.1",
          .settings = {backtracking_trials_setting()},
          .needs = {"gradient"},
          .make = [](const Settings& settings) {
            return std::make_unique<BacktrackingSearch>(settings.integer("trials"));
          }};
}

}  // namespace parts
}  // namespace physgrad
