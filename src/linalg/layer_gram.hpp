#pragma once
// How a layer's share of K = J J^T is made from its factor, by what either way costs.
#include <span>
#include <vector>

#include "physgrad/core/network.hpp"

namespace physgrad {

/// Rows of a tile of K: small enough that a layer's share of it stays in the cache until it is added.
inline constexpr Index kGramTileRows = 128;

/// pairwise: products of sensitivities, and of inputs, of every two rows and samples. formed: the layer's columns of J
/// are formed, and multiplied with themselves.
enum class LayerGram { pairwise, formed };

/// Operations of the lower triangle of K [rows x rows], and bytes held while K is filled.
struct LayerGramCosts {
  double operations, bytes;
};
[[nodiscard]] LayerGramCosts layer_gram_costs(LayerGram way, const Block& block, Index rows, Index samples);

/// The way with fewer operations; where that holds more than `most_bytes`, the one that holds less. A layer that is
/// used once goes pairwise: its columns of J always take more memory, and nearly always more operations.
[[nodiscard]] LayerGram choose_layer_gram(const Block& block, Index rows, Index samples, double most_bytes);

/// How a FactoredJacobian goes about its layers.
struct FactoredPlan {
  std::vector<LayerGram> ways;  ///< one a block
  Index rows_at_once;           ///< whose factors are asked for in one go
};
/// Every layer's cheaper way, which may not hold more than K itself; all rows at once, unless a layer is used more than
/// once and the factors would be large.
[[nodiscard]] FactoredPlan plan_factors(std::span<const Block> blocks, Index rows, Index samples);

/// Bytes that a FactoredJacobian of these sizes holds beside K and J, and bytes of a tile through which it fills K, of
/// which each thread has one.
[[nodiscard]] double factored_bytes(std::span<const Block> blocks, Index rows, Index samples);
[[nodiscard]] double gram_tile_bytes(std::span<const Block> blocks, Index rows, Index per_sample);

}  // namespace physgrad
