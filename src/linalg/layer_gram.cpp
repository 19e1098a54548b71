#include "physgrad/linalg/layer_gram.hpp"

#include <algorithm>

#include "physgrad/linalg/register_tile.hpp"

namespace physgrad {
namespace {

constexpr double kFactorBlockBytes = 64e6;

/// Numbers that the factors of a row hold.
double numbers_per_row(std::span<const Block> blocks) {
  double numbers = 0;
  for (const Block& block : blocks) numbers += static_cast<double>(block.uses * block.outputs);
  return numbers;
}

LayerGramCosts pairwise_costs(const Block& block, double rows, double samples) {
  const auto in = static_cast<double>(block.inputs), out = static_cast<double>(block.outputs);
  const auto uses = static_cast<double>(block.uses);
  const double bytes = 8 * rows * uses * out;
  if (block.uses == 1) return {rows * rows * (out + 1) + samples * samples * in, bytes};
  // Products of inputs, and of sensitivities with those, are made once a sample and tile.
  const double met = samples + rows / static_cast<double>(kGramTileRows);
  return {rows * rows * uses * out + rows * met * uses * uses * out + met * met * uses * uses * in, bytes};
}

LayerGramCosts formed_costs(const Block& block, double rows) {
  const auto in = static_cast<double>(block.inputs), out = static_cast<double>(block.outputs);
  const double columns = (in + 1) * out;
  return {2 * rows * static_cast<double>(block.uses) * columns + rows * rows * columns, 8 * rows * columns};
}

}  // namespace

LayerGramCosts layer_gram_costs(LayerGram way, const Block& block, Index rows, Index samples) {
  const auto m = static_cast<double>(rows);
  return way == LayerGram::pairwise ? pairwise_costs(block, m, static_cast<double>(samples)) : formed_costs(block, m);
}

LayerGram choose_layer_gram(const Block& block, Index rows, Index samples, double most_bytes) {
  if (block.uses == 1) return LayerGram::pairwise;
  const LayerGramCosts pairwise = layer_gram_costs(LayerGram::pairwise, block, rows, samples);
  const LayerGramCosts formed = layer_gram_costs(LayerGram::formed, block, rows, samples);
  const bool fewer = formed.operations < pairwise.operations, smaller = formed.bytes < pairwise.bytes;
  const double bytes = fewer ? formed.bytes : pairwise.bytes;
  return (bytes > most_bytes ? smaller : fewer) ? LayerGram::formed : LayerGram::pairwise;
}

FactoredPlan plan_factors(std::span<const Block> blocks, Index rows, Index samples) {
  const double gram_bytes = 8 * static_cast<double>(rows) * static_cast<double>(rows);
  FactoredPlan plan{{}, rows};
  for (const Block& block : blocks) plan.ways.push_back(choose_layer_gram(block, rows, samples, gram_bytes));
  if (std::ranges::all_of(blocks, [](const Block& block) { return block.uses == 1; })) return plan;
  const double fitting = kFactorBlockBytes / (8 * numbers_per_row(blocks));
  if (fitting < static_cast<double>(rows)) plan.rows_at_once = std::max<Index>(1, static_cast<Index>(fitting));
  return plan;
}

double factored_bytes(std::span<const Block> blocks, Index rows, Index samples) {
  const auto [ways, at_once] = plan_factors(blocks, rows, samples);
  double bytes = 0;
  for (std::size_t l = 0; l < blocks.size(); ++l) {
    bytes += layer_gram_costs(ways[l], blocks[l], rows, samples).bytes;
    // Where all rows come at once, what goes pairwise is kept as it comes.
    if (at_once < rows || ways[l] == LayerGram::formed)
      bytes += 8 * static_cast<double>(at_once * blocks[l].uses * blocks[l].outputs);
  }
  return bytes;
}

double gram_tile_bytes(std::span<const Block> blocks, Index rows, Index per_sample) {
  const Index side = std::min(rows, kGramTileRows);
  const Index samples = std::min(side, side / per_sample + 1);
  Index often = 0;   // of what is used more than once, at most
  Index packed = 0;  // of what is used once, altogether
  for (const Block& block : blocks) {
    if (block.uses > 1) often = std::max(often, block.uses * (block.uses + block.outputs * std::min(side, per_sample)));
    if (block.uses == 1) packed += (side + kTileRegisters * kPacket) * (block.inputs + block.outputs);
  }
  return 8.0 * static_cast<double>(kTileRegisters * kPacket * samples + often + packed);
}

}  // namespace physgrad
