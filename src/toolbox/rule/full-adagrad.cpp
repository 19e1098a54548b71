// Full-matrix Adagrad on a window of gradients (GGT): with the last gradients, the older ones faded, as columns of G,
// the step is -rate ((G G^T)^{1/2} + epsilon)^{-1} g, from the spectrum of the small G^T G.
#include <algorithm>
#include <cmath>

#include "physgrad/linalg/backend.hpp"
#include "physgrad/toolbox/rule_settings.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class FullAdagrad final : public Rule {
 public:
  FullAdagrad(double rate, double beta2, double epsilon, long window)
      : rate_(rate), fade_(beta2), epsilon_(epsilon), window_(window) {}

  void update(const Vector& gradient, const Parameters& /*at*/, Vector& out) override {
    const Index used = std::min<Index>(seen_ + 1, window_), column = seen_ % window_;
    if (history_.size() == 0) history_.resize(gradient.size(), window_);
    auto history = history_.leftCols(used);
    history *= fade_;
    history.col(column) = gradient;
    ++seen_;
    // (G G^T)^{1/2} + epsilon on the span of G = U S V^T, which holds g = G e_column: with S^2, V of G^T G,
    // (U S U^T + epsilon)^{-1} g = G V (S + epsilon)^{-1} V^T e_column.
    Matrix vectors = history.transpose() * history;
    Vector squares(vectors.rows());
    if (!vectors.allFinite() || !default_backend().symmetric_eigen(vectors, squares)) {
      out = Vector::Constant(gradient.size(), std::nan(""));
      return;
    }
    const double largest = squares(squares.size() - 1);
    Vector weights = vectors.row(column).transpose();
    for (Index i = 0; i < weights.size(); ++i) {
      // Below round-off of the Gram matrix a direction is noise.
      const double value = std::sqrt(std::max(0.0, squares(i)));
      weights(i) = squares(i) > 1e-14 * largest ? weights(i) / (value + epsilon_) : 0.0;
    }
    out.noalias() = -rate_ * history * (vectors * weights);
  }
  [[nodiscard]] double bytes(Index parameters) const override {
    // Beside the gradients the eigenvectors of their products and what the decomposition works in.
    return 8.0 * static_cast<double>(parameters * (window_ + 2) + 5 * window_ * window_);
  }
  // The new gradient against the kept ones, an eigendecomposition of their products, and a combination of them.
  [[nodiscard]] double operations(const Parameters& at) const override {
    const auto window = static_cast<double>(window_);
    return 2 * static_cast<double>(at.theta.size()) * window * (window + 2) + 9 * window * window * window;
  }

 private:
  double rate_, fade_, epsilon_;
  long window_, seen_ = 0;
  Matrix history_;  // columns in a ring
};

}  // namespace

PartDefinition rule_full_adagrad() {
  return {.summary = "full-matrix Adagrad on a window of gradients (GGT)",
          .citation = "Agarwal et al., ICML 2019 (arXiv 1806.02958)",
          .settings = {rate_setting(1e-2),
                       decay_setting("beta2", 0.99, "share of its size that a gradient keeps every step"),
                       epsilon_setting(1e-8, "added to the roots of the spectrum"),
                       integer_setting("window", 50, 1, 1000, "gradients that count")},
          .make = [](const Settings& settings) {
            return std::make_unique<FullAdagrad>(settings.real("rate"), settings.real("beta2"),
                                                 settings.real("epsilon"), settings.integer("window"));
          }};
}

}  // namespace physgrad::parts
