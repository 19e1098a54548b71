#pragma once
// Dense layers with residual connections (He et al. 2016).
#include "physgrad/model/dense_layers.hpp"

namespace physgrad {

/// As a dense chain, but a layer between two equal widths adds what it computes to what it was given:
/// x + activation(W x + b). The first and the last layer are plain, whatever their widths, and so is a layer that
/// changes the width.
class ResidualChain final : public DenseLayers {
 public:
  using DenseLayers::DenseLayers;
  [[nodiscard]] bool adds_its_input(std::size_t l) const override;
  [[nodiscard]] SettingMap description() const override;
};

}  // namespace physgrad
