// dy_i = -g_i, shortened to `longest` where the sample's gradient is longer.
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class ClippedLoss final : public LossStep {
 public:
  explicit ClippedLoss(double longest) : longest_(longest) {}

  void step(Evaluation& at, Matrix& dy) override {
    dy = -at.loss_gradient();
    for (Index i = 0; i < dy.cols(); ++i)
      if (const double norm = dy.col(i).norm(); norm > longest_) dy.col(i) *= longest_ / norm;
  }

 private:
  double longest_;
};

}  // namespace

PartDefinition loss_clipped() {
  return {.summary = "down the loss's gradient, no sample's longer than a limit",
          .citation = "example of docs/add-a-part.md, after Pascanu, Mikolov, Bengio, ICML 2013 (arXiv 1211.5063)",
          .settings = {tuned(real_setting("longest", 1.0, 1e-12, 1e12, "norm up to which a sample's gradient stays"),
                             {.low = 1e-3, .high = 10})},
          .make = [](const Settings& settings) { return std::make_unique<ClippedLoss>(settings.real("longest")); }};
}

}  // namespace physgrad::parts
