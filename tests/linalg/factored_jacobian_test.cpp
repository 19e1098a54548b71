// A Jacobian from random factors against the explicit one.
#include "physgrad/linalg/factored_jacobian.hpp"

#include <gtest/gtest.h>

#include "physgrad/core/rng.hpp"
#include "physgrad/linalg/block_lower.hpp"

namespace physgrad::testing {
namespace {

/// Random factors of blocks that are used several times, once, and that have no weights.
struct Scene {
  Scene(Index samples_, Index per_sample_) : samples(samples_), per_sample(per_sample_) {
    Rng rng(1, "factors");
    for (Block& block : blocks) {
      block.weights = columns;
      block.biases = columns + block.inputs * block.outputs;
      columns = block.biases + block.outputs;
      inputs.push_back(rng.uniform_matrix(block.inputs, samples * block.uses, -1, 1));
      sensitivities.push_back(rng.uniform_matrix(block.outputs, rows() * block.uses, -1, 1));
    }
  }
  [[nodiscard]] Index rows() const { return samples * per_sample; }

  void give(Index first, Index count, std::vector<Factor>& out) {
    ++asked;
    out.resize(blocks.size());
    for (std::size_t l = 0; l < blocks.size(); ++l) {
      const Index uses = blocks[l].uses;
      out[l].sensitivities = sensitivities[l].middleCols(first * uses, count * uses);
      out[l].inputs = &inputs[l];
    }
  }

  /// By the definition, number by number.
  [[nodiscard]] Matrix jacobian() const {
    Matrix j = Matrix::Zero(rows(), columns);
    for (std::size_t l = 0; l < blocks.size(); ++l) {
      const Block& block = blocks[l];
      for (Index r = 0; r < rows(); ++r)
        for (Index u = 0; u < block.uses; ++u)
          for (Index o = 0; o < block.outputs; ++o) {
            const double sensitivity = sensitivities[l](o, r * block.uses + u);
            for (Index k = 0; k < block.inputs; ++k)
              j(r, block.weights + o * block.inputs + k) += sensitivity * inputs[l](k, r / per_sample * block.uses + u);
            j(r, block.biases + o) += sensitivity;
          }
    }
    return j;
  }

  [[nodiscard]] FactoredJacobian factored(FactoredPlan plan) {
    return {blocks, samples, per_sample,
            [this](Index first, Index count, std::vector<Factor>& out) { give(first, count, out); }, std::move(plan)};
  }

  Index samples, per_sample, columns = 0;
  std::vector<Block> blocks = {{3, 4, 0, 0, 5}, {2, 3, 0, 0, 1}, {0, 2, 0, 0, 2}, {6, 1, 0, 0, 3}};
  std::vector<Matrix> inputs, sensitivities;
  int asked = 0;
};

void expect_equal(Scene& scene, const FactoredPlan& plan) {
  const Matrix j = scene.jacobian(), k = j * j.transpose();
  FactoredJacobian factored = scene.factored(plan);
  EXPECT_EQ(factored.rows(), j.rows());
  EXPECT_EQ(factored.cols(), j.cols());
  EXPECT_NEAR(factored.squared_norm(), k.trace(), 1e-13 * k.trace());
  EXPECT_LE((factored.dense() - j).norm(), 1e-14 * j.norm());
  const Matrix padded = factored.padded_gram(8);
  EXPECT_EQ(padded.rows() % 8, 0);
  EXPECT_LE((padded.topLeftCorner(k.rows(), k.cols()) - k).norm(), 1e-13 * k.norm());
  EXPECT_TRUE(padded.bottomRows(padded.rows() - k.rows()).isZero(0.0));
  Rng rng(2, "products");
  const Vector v = rng.uniform_matrix(j.cols(), 1, -1, 1), w = rng.uniform_matrix(j.rows(), 1, -1, 1);
  EXPECT_LE((factored.times(v) - j * v).norm(), 1e-13 * j.norm() * v.norm());
  EXPECT_LE((factored.transpose_times(w) - j.transpose() * w).norm(), 1e-13 * j.norm() * w.norm());
  for (const Index vectors : {1, 4, 18}) {
    const Matrix right = rng.uniform_matrix(j.cols(), vectors, -1, 1),
                 left = rng.uniform_matrix(j.rows(), vectors, -1, 1);
    EXPECT_LE((factored.times_many(right) - j * right).norm(), 1e-13 * j.norm() * right.norm());
    EXPECT_LE((factored.transpose_times_many(left) - j.transpose() * left).norm(), 1e-13 * j.norm() * left.norm());
  }
  BlockLower half(k.rows(), 50);  // block columns that end inside a sample
  factored.gram_lower(half);
  for (Index c = 0; c < k.cols(); ++c)
    for (Index r = c; r < k.rows(); ++r) ASSERT_NEAR(half(r, c), k(r, c), 1e-13 * k.norm()) << r << " " << c;
}

FactoredPlan all(const Scene& scene, LayerGram way, Index rows_at_once) {
  return {std::vector<LayerGram>(scene.blocks.size(), way), rows_at_once};
}

TEST(FactoredJacobian, IsTheExplicitOneEitherWay) {
  const std::vector<std::pair<Index, Index>> sizes = {{3, 4}, {44, 7}, {2, 150}, {140, 1}};
  for (const auto& [samples, per_sample] : sizes) {
    Scene scene(samples, per_sample);
    for (const LayerGram way : {LayerGram::pairwise, LayerGram::formed})
      expect_equal(scene, all(scene, way, scene.rows()));
    expect_equal(scene, plan_factors(scene.blocks, scene.rows(), samples));
    expect_equal(scene,
                 {{LayerGram::pairwise, LayerGram::formed, LayerGram::pairwise, LayerGram::formed}, scene.rows()});
  }
}

TEST(FactoredJacobian, TakesFactorsInBlocksOfRows) {
  Scene scene(5, 7);
  for (const LayerGram way : {LayerGram::pairwise, LayerGram::formed})
    for (const Index at_once : {1, 4, 34}) {  // blocks that begin and end inside samples
      scene.asked = 0;
      FactoredJacobian factored = scene.factored(all(scene, way, at_once));
      factored.prepare();
      (void)factored.gram();
      EXPECT_EQ(scene.asked, (scene.rows() + at_once - 1) / at_once);
      expect_equal(scene, all(scene, way, at_once));
    }
}

TEST(FactoredJacobian, IsTheSameOnSeveralThreads) {
  Scene scene(44, 7);
  for (const LayerGram way : {LayerGram::pairwise, LayerGram::formed}) {
    FactoredJacobian one = scene.factored(all(scene, way, scene.rows()));
    FactoredJacobian several = scene.factored(all(scene, way, scene.rows()));
    several.use_threads(3);
    EXPECT_EQ(several.padded_gram(8), one.padded_gram(8));
    BlockLower half(scene.rows(), 64), other(scene.rows(), 64);
    one.gram_lower(half);
    several.gram_lower(other);
    several.forget();
    for (Index c = 0; c < scene.rows(); ++c)
      for (Index r = c; r < scene.rows(); ++r) ASSERT_EQ(other(r, c), half(r, c)) << r << " " << c;
    Rng rng(3, "vectors");
    const Matrix right = rng.uniform_matrix(scene.columns, 41, -1, 1),
                 left = rng.uniform_matrix(scene.rows(), 41, -1, 1);
    EXPECT_LE((several.times_many(right) - one.times_many(right)).norm(), 1e-13 * one.times_many(right).norm());
    EXPECT_LE((several.transpose_times_many(left) - one.transpose_times_many(left)).norm(),
              1e-13 * one.transpose_times_many(left).norm());
  }
}

constexpr double kNoLimit = 1e300;

TEST(LayerGramChoice, FollowsTheCounts) {
  Rng rng(3, "choices");
  int formed = 0;
  for (int trial = 0; trial < 500; ++trial) {
    const Block block{rng.integer(1, 300), rng.integer(1, 50), 0, 0, rng.integer(2, 60)};
    const Index samples = rng.integer(1, 40), rows = samples * rng.integer(1, 30);
    const LayerGram choice = choose_layer_gram(block, rows, samples, kNoLimit);
    const LayerGram other = choice == LayerGram::formed ? LayerGram::pairwise : LayerGram::formed;
    const LayerGramCosts chosen = layer_gram_costs(choice, block, rows, samples);
    const LayerGramCosts left = layer_gram_costs(other, block, rows, samples);
    EXPECT_LE(chosen.operations, left.operations);
    formed += choice == LayerGram::formed ? 1 : 0;
    // Within less memory than the choice takes, the smaller of the two.
    if (left.bytes == chosen.bytes) continue;
    const LayerGram limited = choose_layer_gram(block, rows, samples, chosen.bytes - 1);
    EXPECT_EQ(limited, left.bytes < chosen.bytes ? other : choice);
  }
  EXPECT_GT(formed, 50);
  EXPECT_LT(formed, 450);
}

TEST(LayerGramChoice, FormsAConvolutionAndPairsWhatIsUsedOnce) {
  // 3 x 3 of 8 channels on 64 x 64, a state as large as one channel, 8 samples.
  const Block convolution{72, 8, 0, 576, 4096};
  const Index rows = 8 * 4096;
  EXPECT_EQ(choose_layer_gram(convolution, rows, 8, kNoLimit), LayerGram::formed);
  const LayerGramCosts formed = layer_gram_costs(LayerGram::formed, convolution, rows, 8);
  EXPECT_NEAR(formed.operations, 7.8e11, 0.1e11);
  EXPECT_GT(layer_gram_costs(LayerGram::pairwise, convolution, rows, 8).operations, 50 * formed.operations);
  for (const Index inputs : {0, 1, 1000}) {
    const Block dense{inputs, 20, 0, 20 * inputs};
    EXPECT_EQ(choose_layer_gram(dense, 1024, 512, 0.0), LayerGram::pairwise);
  }
}

TEST(LayerGramChoice, KeepsFactorsOfSeveralUsesBounded) {
  const std::vector<Block> once = {{64, 64, 0, 4096}};
  EXPECT_EQ(plan_factors(once, 1000000, 1000).rows_at_once, 1000000);
  const std::vector<Block> often = {{72, 8, 0, 576, 4096}};
  const Index rows = 8 * 4096, at_once = plan_factors(often, rows, 8).rows_at_once;
  EXPECT_GE(at_once, 1);
  EXPECT_LE(static_cast<double>(at_once) * 8 * 8 * 4096, 64e6);
  // What is held: the layer's columns, and one block of factors.
  EXPECT_EQ(factored_bytes(often, rows, 8),
            8.0 * 584 * static_cast<double>(rows) + 64.0 * 4096 * static_cast<double>(at_once));
}

}  // namespace
}  // namespace physgrad::testing
