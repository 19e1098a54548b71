// dx_i = x*_i - x_i, x* from L-BFGS on each sample's own loss l_i(x_i), started at the network's control: an inverse
// simulator that asks for derivatives only. dy is not used.
//
// Iteration: d = -H g by the two-loop recursion, without pairs d = -g / max(1, |g|); the first length l of 1, 1/2, 1/4,
// ... with l(x + l d) <= l(x) + 1e-4 l g.d. A sample is done where its gradient's largest component is at most
// `inner_tolerance`, where no length of `inner_trials` does, and after `inner_steps`. Lengths at which loss or gradient
// are not finite do not.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "physgrad/toolbox/control_losses.hpp"
#include "physgrad/toolbox/curvature_pairs.hpp"
#include "physgrad/toolbox/sample_inverse.hpp"
#include "physgrad/toolbox/wished_change.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

/// Where every sample is, and what it has learned of its loss.
struct LbfgsRuns {
  Matrix x;
  SampleLosses at;
  std::vector<CurvaturePairs> pairs;

  /// -H g; where that does not descend, the pairs are forgotten.
  [[nodiscard]] Vector direction(Index i) {
    const Vector gradient = at.gradient.col(i);
    CurvaturePairs& known = pairs[static_cast<std::size_t>(i)];
    if (!known.empty()) {
      const Vector result = -known.inverse_hessian_times(gradient);
      if (result.dot(gradient) < 0) return result;
      known.clear();
    }
    return gradient / -std::max(1.0, gradient.norm());
  }

  void move(Index i, const Vector& x_there, const SampleLosses& there, Index column) {
    pairs[static_cast<std::size_t>(i)].remember(x_there - x.col(i), there.gradient.col(column) - at.gradient.col(i));
    x.col(i) = x_there;
    at.gradient.col(i) = there.gradient.col(column);
    at.value[i] = there.value[column];
  }
};

class LbfgsPhysics final : public PhysicsStep {
 public:
  explicit LbfgsPhysics(const Settings& settings)
      : steps_(settings.integer("inner_steps")),
        trials_(settings.integer("inner_trials")),
        history_(settings.integer("inner_history")),
        tolerance_(settings.real("inner_tolerance")) {}

  void step(Evaluation& at, Matrix& /*dy*/, Matrix& dx, StepReport& report) override {
    const auto samples = static_cast<std::size_t>(at.samples());
    LbfgsRuns runs{at.control(), present_losses(at), {samples, CurvaturePairs(static_cast<std::size_t>(history_))}};
    const PhaseScope scope(at.clock(), Phase::inverse);
    LossesAt losses(at);
    std::vector<Index> active(samples);
    std::iota(active.begin(), active.end(), Index{0});
    drop_finished(runs, active);
    double iterations = 0;
    for (long k = 0; k < steps_ && !active.empty(); ++k) {
      active = iterate(runs, active, losses);
      iterations += static_cast<double>(active.size());
      drop_finished(runs, active);
    }
    dx = runs.x - at.control();
    report.inner_iterations = iterations / static_cast<double>(samples);
  }
  // Controls, gradients, values and pairs, whose vectors are aligned; directions, what is tried and its losses.
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes) const override {
    const auto dx = static_cast<double>(sizes.controls), pairs = static_cast<double>(std::min(history_, steps_));
    constexpr double alignment = 8;
    return LossesAt::bytes(sizes) + batch_bytes(sizes, 2 * pairs * (dx + alignment) + 5 * dx + 8);
  }

 private:
  /// Leaves those that have a finite loss and gradient still to follow.
  void drop_finished(const LbfgsRuns& runs, std::vector<Index>& active) const {
    std::erase_if(active, [&](Index i) {
      return !runs.at.finite(i) || runs.at.gradient.col(i).cwiseAbs().maxCoeff() <= tolerance_;
    });
  }

  /// One step of every active sample; returns those that moved.
  [[nodiscard]] std::vector<Index> iterate(LbfgsRuns& runs, const std::vector<Index>& active, LossesAt& losses) const {
    Matrix directions(runs.x.rows(), runs.x.cols());  // of the active samples
    Vector slopes(runs.x.cols());
    for (const Index i : active) {
      directions.col(i) = runs.direction(i);
      slopes[i] = directions.col(i).dot(runs.at.gradient.col(i));
    }
    std::vector<Index> waiting = active, moved;
    double length = 1;
    for (long trial = 0; trial < trials_ && !waiting.empty(); ++trial, length /= 2) {
      const Matrix x = runs.x(Eigen::all, waiting) + length * directions(Eigen::all, waiting);
      const SampleLosses there = losses(x, waiting);
      std::vector<Index> rejected;
      for (std::size_t k = 0; k < waiting.size(); ++k) {
        const Index i = waiting[k], column = static_cast<Index>(k);
        if (there.finite(column) && there.value[column] <= runs.at.value[i] + 1e-4 * length * slopes[i]) {
          runs.move(i, x.col(column), there, column);
          moved.push_back(i);
        } else {
          rejected.push_back(i);
        }
      }
      waiting = std::move(rejected);
    }
    std::ranges::sort(moved);
    return moved;
  }

  long steps_, trials_, history_;
  double tolerance_;
};

}  // namespace

PartDefinition physics_lbfgs() {
  return {.summary = "L-BFGS on each sample's loss as a function of x, instead of an inverse simulator",
          .citation = "Holl, Koltun, Thuerey, NeurIPS 2022 (arXiv 2109.15048); Nocedal 1980",
          .settings = {integer_setting("inner_steps", 16, 1, 10000, "iterations of the optimiser, at most"),
                       real_setting("inner_tolerance", 1e-5, 0, 1e12,
                                    "largest component of a sample's gradient in x at which it stops"),
                       integer_setting("inner_history", 10, 1, 1000, "pairs of steps and gradient differences kept"),
                       integer_setting("inner_trials", 10, 1, 100, "lengths that an iteration tries at most"),
                       proxy_setting()},
          .needs = {"gradient"},
          .asks = {{"gradient of the loss", "contains the loss"}},
          .without = {{Place::loss, "gradient", "convention"}},
          .make = [](const Settings& settings) {
            return wished_change(std::make_unique<LbfgsPhysics>(settings), settings);
          }};
}

}  // namespace physgrad::parts
