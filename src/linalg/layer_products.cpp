// With d(r, u) and a(i, u) the sensitivity of row r and the input of sample i at use u, a column of J^T W is
//   sum over i, u of a(i, u) s(i, u)^T, and of s(i, u) for the biases,   s(i, u) = sum over the rows r of i of w_r d(r,
//   u),
// which takes the number of rows a sample fewer operations than the product with J.
#include "physgrad/linalg/layer_products.hpp"

#include <algorithm>

#include "physgrad/linalg/register_tile.hpp"

namespace physgrad {
namespace {

// J^T W for a few vectors and a few of the outputs at a time: their s, as long as there are uses of samples, are the
// columns of a tile and stay in the nearest cache until all inputs have met them.
constexpr Index kVectors = 4;
constexpr Index kOutputs = kTileColumns / kVectors;

// Vectors of J V at a time, so that what the samples give of them stays in the cache.
constexpr Index kVectorsAtOnce = 16;

Index padded(Index size, Index multiple) { return (size + multiple - 1) / multiple * multiple; }

// Uses of samples are ordered use by use: instant u * samples + i.
class TransposedProducts {
 public:
  explicit TransposedProducts(const LayerFactor& layer)
      : layer_(layer), instants_(layer.samples * layer.block.uses), padded_(padded(instants_, kPacket)) {
    pack_inputs();
    pack_sensitivities();
    weights_.setZero(padded_, layer.per_sample * kVectors);
    sums_.resize(padded_, kTileColumns);
    tile_.resize(inputs_.rows(), kTileColumns);
  }

  // The columns from `first` on of the result, kVectors or as many as there are before `end`.
  void put(const Matrix& w, Index first, Index end, Matrix& result) {
    const Index count = std::min(kVectors, end - first);
    pack_weights(w, first, count);
    const Block& block = layer_.block;
    for (Index output = 0; output < block.outputs; output += kOutputs) {
      sum_rows(output);
      meet_inputs();
      for (Index o = output; o < std::min(block.outputs, output + kOutputs); ++o)
        for (Index k = 0; k < count; ++k) {
          const auto column = tile_.col((o - output) * kVectors + k);
          result.col(first + k).segment(block.weights + o * block.inputs, block.inputs) = column.head(block.inputs);
          result(block.biases + o, first + k) = column[block.inputs];
        }
    }
  }

 private:
  // Inputs by instants with a row of ones for the biases, and zeros up to whole registers.
  void pack_inputs() {
    const Index in = layer_.block.inputs, uses = layer_.block.uses;
    inputs_.setZero(padded(in + 1, kPacket), instants_);
    inputs_.row(in).setOnes();
    for (Index u = 0; u < uses; ++u)
      for (Index i = 0; i < layer_.samples; ++i)
        inputs_.col(u * layer_.samples + i).head(in) = layer_.inputs.col(i * uses + u);
  }

  // [instants x rows a sample x outputs], with zeros up to whole registers and tiles.
  void pack_sensitivities() {
    const Index out = layer_.block.outputs, uses = layer_.block.uses, dy = layer_.per_sample;
    sensitivities_.setZero(padded_, dy * padded(out, kOutputs));
    Matrix packed(layer_.samples, out);
    for (Index u = 0; u < uses; ++u)
      for (Index p = 0; p < dy; ++p) {
        transpose_block(layer_.sensitivities.data() + (p * uses + u) * out, dy * uses * out, out, layer_.samples,
                        packed.data(), layer_.samples);
        for (Index o = 0; o < out; ++o)
          sensitivities_.col(o * dy + p).segment(u * layer_.samples, layer_.samples) = packed.col(o);
      }
  }

  // [instants x vectors x rows a sample], of which those beyond `count` are not looked at.
  void pack_weights(const Matrix& w, Index first, Index count) {
    const Index dy = layer_.per_sample, samples = layer_.samples;
    for (Index k = 0; k < count; ++k)
      for (Index p = 0; p < dy; ++p) {
        auto column = weights_.col(p * kVectors + k);
        for (Index i = 0; i < samples; ++i) column[i] = w(i * dy + p, first + k);
        for (Index u = 1; u < layer_.block.uses; ++u) column.segment(u * samples, samples) = column.head(samples);
      }
  }

  // s of kOutputs outputs from `output` on and kVectors vectors, output by output.
  void sum_rows(Index output) {
    const Index dy = layer_.per_sample;
    for (Index t = 0; t < padded_; t += kPacket) {
      Packet sum[kOutputs][kVectors];
      for (auto& row : sum)
        for (Packet& entry : row) entry = simd::pset1<Packet>(0.0);
      const double* d = sensitivities_.data() + output * dy * padded_ + t;
      const double* w = weights_.data() + t;
      for (Index p = 0; p < dy; ++p, d += padded_, w += kVectors * padded_)
        for (Index o = 0; o < kOutputs; ++o) {
          const auto sensitivity = simd::pload<Packet>(d + o * dy * padded_);
          for (Index k = 0; k < kVectors; ++k)
            sum[o][k] = simd::pmadd(sensitivity, simd::pload<Packet>(w + k * padded_), sum[o][k]);
        }
      for (Index o = 0; o < kOutputs; ++o)
        for (Index k = 0; k < kVectors; ++k) simd::pstore(sums_.data() + (o * kVectors + k) * padded_ + t, sum[o][k]);
    }
  }

  // a s^T, summed over instants, for all columns of s.
  void meet_inputs() {
    for (Index row = 0; row < inputs_.rows();) {
      if (inputs_.rows() - row >= kTileRegisters * kPacket)
        row += meet_rows<kTileRegisters>(row);
      else
        row += meet_rows<1>(row);
    }
  }
  template <Index Registers>
  Index meet_rows(Index row) {
    multiply_tile<Registers, kTileColumns>(
        inputs_.data() + row, inputs_.rows(), sums_.data(), padded_, instants_,
        [](Index, Index) PHYSGRAD_INLINED { return simd::pset1<Packet>(0.0); },
        [&](Index j, Index r, const Packet& sum)
            PHYSGRAD_INLINED { simd::pstore(tile_.data() + j * tile_.rows() + row + r * kPacket, sum); });
    return Registers * kPacket;
  }

  const LayerFactor& layer_;
  Index instants_, padded_;
  Matrix inputs_, sensitivities_, weights_, sums_, tile_;
};

}  // namespace

void add_products(const LayerFactor& layer, const Matrix& v, Member::Range vectors, Matrix& result) {
  const Block& block = layer.block;
  const Index out = block.outputs, dy = layer.per_sample;
  Matrix moved;  // what each use of a sample gives of the vectors: [outputs * vectors x samples * uses]
  for (Index first = vectors.begin; first < vectors.end; first += kVectorsAtOnce) {
    const Index count = std::min(kVectorsAtOnce, vectors.end - first);
    moved.resize(out * count, layer.inputs.cols());
    for (Index k = 0; k < count; ++k) {
      const Eigen::Map<const Matrix> weights(v.col(first + k).data() + block.weights, block.inputs, out);
      auto rows = moved.middleRows(k * out, out);
      rows.noalias() = weights.transpose() * layer.inputs;
      rows.colwise() += v.col(first + k).segment(block.biases, out);
    }
    for (Index t = 0; t < moved.cols(); ++t) {
      const Index i = t / block.uses, use = t % block.uses;
      const Eigen::Map<const Matrix, 0, Eigen::OuterStride<>> sensitivities(
          layer.sensitivities.col(i * dy * block.uses + use).data(), out, dy, Eigen::OuterStride<>(out * block.uses));
      result.block(i * dy, first, dy, count).noalias() +=
          sensitivities.transpose() * Eigen::Map<const Matrix>(moved.col(t).data(), out, count);
    }
  }
}

void put_transposed_products(const LayerFactor& layer, const Matrix& w, Member::Range vectors, Matrix& result) {
  if (vectors.begin == vectors.end) return;
  TransposedProducts products(layer);
  for (Index first = vectors.begin; first < vectors.end; first += kVectors) products.put(w, first, vectors.end, result);
}

}  // namespace physgrad
