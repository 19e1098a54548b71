#include "physgrad/model/dense_chain.hpp"

namespace physgrad {
namespace {

class ChainTape final : public DenseTape {
 public:
  void assign(const DenseChain& network, const Vector& theta, const Matrix& input) {
    begin(network.blocks(), theta, input);
    for (std::size_t l = 0; l < blocks_.size(); ++l) {
      affine(blocks_[l], theta, values_[l], values_[l + 1]);
      if (l + 1 == blocks_.size()) break;
      activate(network.activation(), values_[l + 1]);
      slope_from_value(network.activation(), values_[l + 1], slopes_[l]);
    }
  }

  void jvp(const Vector& v, Matrix& dx) override {
    dx = Matrix::Zero(values_[0].rows(), values_[0].cols());
    Matrix next;
    for (std::size_t l = 0; l < blocks_.size(); ++l) {
      affine(blocks_[l], v, values_[l], next);
      if (l > 0) next.noalias() += weights_of(blocks_[l], *theta_) * dx;
      if (l + 1 < blocks_.size()) next.array() *= slopes_[l].array();
      dx.swap(next);
    }
  }

  void factors(const MatrixRef& seeds, Index first, Index per_sample, std::vector<Factor>& out) override {
    out.resize(blocks_.size());
    for (std::size_t l = 0; l < blocks_.size(); ++l) out[l].inputs = &values_[l];
    out.back().sensitivities = seeds;
    for (std::size_t l = blocks_.size() - 1; l > 0; --l) {
      Matrix& before = out[l - 1].sensitivities;
      before.resize(blocks_[l].inputs, seeds.cols());
      before.noalias() = weights_of(blocks_[l], *theta_).transpose() * out[l].sensitivities;
      scale_by_slopes(slopes_[l - 1], first, per_sample, before);
    }
  }
};

}  // namespace

void DenseChain::run(const Vector& theta, const Matrix& input, Matrix& x) const {
  check_shapes(theta, input);
  x = input;
  Matrix next;
  for (const Block& block : blocks()) {
    affine(block, theta, x, next);
    if (&block != &blocks().back()) activate(activation(), next);
    x.swap(next);
  }
}

void DenseChain::record(const Vector& theta, const Matrix& input, std::unique_ptr<Tape>& tape) const {
  check_shapes(theta, input);
  if (!tape) tape = std::make_unique<ChainTape>();
  dynamic_cast<ChainTape&>(*tape).assign(*this, theta, input);
}

// The input; values, slopes and sensitivities of every layer.
Index DenseChain::tape_size() const {
  Index neurons = 0;
  for (const Block& block : blocks()) neurons += block.outputs;
  return input().size() + 3 * neurons;
}

}  // namespace physgrad
