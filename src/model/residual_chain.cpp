#include "physgrad/model/residual_chain.hpp"

#include <algorithm>

namespace physgrad {
namespace {

bool adds_its_input(std::span<const Block> blocks, std::size_t l) {
  return l > 0 && l + 1 < blocks.size() && blocks[l].inputs == blocks[l].outputs;
}

class ResidualTape final : public DenseTape {
 public:
  void assign(const ResidualChain& network, const Vector& theta, const Matrix& input) {
    begin(network.blocks(), theta, input);
    for (std::size_t l = 0; l < blocks_.size(); ++l) {
      affine(blocks_[l], theta, values_[l], values_[l + 1]);
      if (l + 1 == blocks_.size()) break;
      activate(network.activation(), values_[l + 1]);
      slope_from_value(network.activation(), values_[l + 1], slopes_[l]);
      if (adds_its_input(blocks_, l)) values_[l + 1] += values_[l];
    }
  }

  void jvp(const Vector& v, Matrix& dx) override {
    dx = Matrix::Zero(values_[0].rows(), values_[0].cols());
    Matrix next;
    for (std::size_t l = 0; l < blocks_.size(); ++l) {
      affine(blocks_[l], v, values_[l], next);
      if (l > 0) next.noalias() += weights_of(blocks_[l], *theta_) * dx;
      if (l + 1 < blocks_.size()) next.array() *= slopes_[l].array();
      if (adds_its_input(blocks_, l)) next += dx;
      dx.swap(next);
    }
  }

  void factors(const MatrixRef& seeds, Index first, Index per_sample, std::vector<Factor>& out) override {
    out.resize(blocks_.size());
    for (std::size_t l = 0; l < blocks_.size(); ++l) out[l].inputs = &values_[l];
    out.back().sensitivities = seeds;
    for (std::size_t l = blocks_.size() - 1; l > 0; --l) {
      // Of the output of layer l - 1: through layer l, and past it.
      Matrix& before = out[l - 1].sensitivities;
      before.resize(blocks_[l].inputs, seeds.cols());
      before.noalias() = weights_of(blocks_[l], *theta_).transpose() * out[l].sensitivities;
      if (adds_its_input(blocks_, l)) before += past_;
      if (adds_its_input(blocks_, l - 1)) past_ = before;
      scale_by_slopes(slopes_[l - 1], first, per_sample, before);
    }
  }

 private:
  Matrix past_;  // sensitivities of the output of the layer that is passed by; scratch of factors()
};

}  // namespace

void ResidualChain::run(const Vector& theta, const Matrix& input, Matrix& x) const {
  check_shapes(theta, input);
  x = input;
  Matrix next;
  for (std::size_t l = 0; l < blocks().size(); ++l) {
    affine(blocks()[l], theta, x, next);
    if (l + 1 < blocks().size()) activate(activation(), next);
    if (adds_its_input(blocks(), l)) next += x;
    x.swap(next);
  }
}

void ResidualChain::record(const Vector& theta, const Matrix& input, std::unique_ptr<Tape>& tape) const {
  check_shapes(theta, input);
  if (!tape) tape = std::make_unique<ResidualTape>();
  dynamic_cast<ResidualTape&>(*tape).assign(*this, theta, input);
}

// The input; values, slopes and sensitivities of every layer, and those that pass one by.
Index ResidualChain::tape_size() const {
  Index neurons = 0, widest = 0;
  for (std::size_t l = 0; l < blocks().size(); ++l) {
    neurons += blocks()[l].outputs;
    if (adds_its_input(blocks(), l)) widest = std::max(widest, blocks()[l].outputs);
  }
  return input().size() + 3 * neurons + widest;
}

SettingMap ResidualChain::description() const {
  SettingMap map = DenseLayers::description();
  map["network"] = std::string("residual");
  return map;
}

}  // namespace physgrad
