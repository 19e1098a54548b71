// The best of the lengths 1, 1/2, 1/4, ... of an update on the batch's own loss; none where no length is better than
// standing still.
#include "physgrad/update/part.hpp"
#include "physgrad/update/trial.hpp"

namespace physgrad::parts {
namespace {

class Grid final : public Search {
 public:
  explicit Grid(long trials) : trials_(trials) {}

  void choose(Evaluation& at, Proposals& from, Vector& out) override {
    from.propose(direction_);
    // What is not finite is no direction, but the training's to explain.
    if (!direction_.allFinite()) {
      out = direction_;
      return;
    }
    double lowest = at.loss(), best = 0, length = 1;
    Trial trial(at, false);
    for (long number = 0; number < trials_; ++number, length /= 2) {
      out = length * direction_;
      const double loss = trial.loss(out);
      if (!(loss < lowest)) continue;  // the longer one of equals; NaN fails
      lowest = loss;
      best = length;
    }
    out = best * direction_;
  }
  // The direction and a trial.
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes) const override {
    return 8.0 * static_cast<double>(sizes.parameters) + Trial::bytes(sizes, false);
  }

 private:
  long trials_;
  Vector direction_;
};

}  // namespace

PartDefinition search_grid() {
  return {.summary = "the best of the update's halvings on the batch's loss, or none of it",
          .citation = "Mueller, Zeinhofer, ICML 2023 (arXiv 2302.13163); Guzman-Cordero et al. 2025 (arXiv 2505.12149)",
          .settings = {integer_setting("trials", 31, 1, 100, "lengths tried a step: 1, 1/2, 1/4, ...")},
          .make = [](const Settings& settings) { return std::make_unique<Grid>(settings.integer("trials")); }};
}

}  // namespace physgrad::parts
