// Backtracking that starts where the quadratic model of the batch's loss along the update d is least: with the loss's
// Gauss-Newton curvature G in y, and J d from one product, at
//   l = -g.(J d) / (J d).G (J d), at most 1.
// A direction's unit and length do not matter then, as long as it is long enough.
#include <algorithm>

#include "physgrad/toolbox/search/backtracking.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class Model final : public Search {
 public:
  explicit Model(long trials) : line_(trials) {}

  void choose(Evaluation& at, Proposals& from, Vector& out) override {
    from.propose(direction_);
    // What is not finite is no direction, but the training's to explain.
    if (!direction_.allFinite()) {
      out = direction_;
      return;
    }
    const Matrix dy = at.physics_jvp(at.network_jvp(direction_));
    Matrix curved;
    at.problem().loss->curvature_product(at.state(), at.batch().target, dy, curved);
    const double slope = at.loss_gradient().cwiseProduct(dy).sum(), curvature = dy.cwiseProduct(curved).sum();
    // Where it leads upwards, or along what the model says is flat, the model knows no length.
    const double first = slope < 0 && curvature > 0 ? std::min(1.0, -slope / curvature) : 1.0;
    Trial trial(at, false);
    line_.descend(trial, at.loss(), direction_, std::min(0.0, slope), first, out);
  }
  // The direction; then dx, dy and G dy or a trial.
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes) const override {
    const double images = 8.0 * static_cast<double>(sizes.batch * (sizes.controls + 2 * sizes.outputs));
    return 8.0 * static_cast<double>(sizes.parameters) + std::max(images, Trial::bytes(sizes, false));
  }

 private:
  Backtracking line_;
  Vector direction_;
};

}  // namespace

PartDefinition search_model() {
  return {.summary = "as backtracking, from the length on at which the quadratic model of the batch's loss is least",
          .citation = "Martens, Grosse, ICML 2015 (arXiv 1503.05671), section 6.4",
          .settings = {backtracking_trials_setting()},
          .needs = {"gradient", "products", "curvature"},
          .make = [](const Settings& settings) { return std::make_unique<Model>(settings.integer("trials")); }};
}

}  // namespace physgrad::parts
