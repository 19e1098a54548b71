#include "physgrad/linalg/layer_jacobian.hpp"

#include <algorithm>

#include "physgrad/linalg/layer_products.hpp"
#include "physgrad/linalg/register_tile.hpp"

namespace physgrad {
namespace {

/// The part of J^T that one row's sensitivities [out x U] and inputs [in x U] are: weights row-major, then biases.
template <class Sensitivities, class Inputs, class Column>
void form_row(const Sensitivities& sensitivities, const Inputs& inputs, Column column) {
  const Index in = inputs.rows(), out = sensitivities.rows();
  if (in > 0) Eigen::Map<Matrix>(column.data(), in, out).noalias() = inputs * sensitivities.transpose();
  column.tail(out) = sensitivities.rowwise().sum();
}

// fill_tile_once() for the rows of a few registers. Rows of scratch are as many as those of kTileRegisters.
struct OnceTile {
  Index stride;  // of the packed rows
  const double* inputs;
  Index depth_inputs, samples;
  const double* sensitivities;
  Index depth_sensitivities;
  Index offset, per_sample;  // of the first column in its sample
  bool overwrite;
  double* factors;
  static constexpr Index kFactorRows = kTileRegisters * kPacket;

  // Rows r .. of the tile, Registers * kPacket of them or as many as it has; their number.
  template <Index Registers>
  Index fill(const double* left_inputs, const double* left_sensitivities, Eigen::Ref<Matrix> tile, Index r) const {
    const Index count = std::min(Registers * kPacket, tile.rows() - r);
    Index s = 0;
    for (; s + kTileColumns <= samples; s += kTileColumns) meet_inputs<Registers, kTileColumns>(left_inputs, s);
    for (; s < samples; ++s) meet_inputs<Registers, 1>(left_inputs, s);
    double* to = tile.data() + r;
    Index c = 0;
    for (; c + kTileColumns <= tile.cols(); c += kTileColumns)
      meet<Registers, kTileColumns>(left_sensitivities, c, to, tile.outerStride(), count);
    for (; c < tile.cols(); ++c) meet<Registers, 1>(left_sensitivities, c, to, tile.outerStride(), count);
    return count;
  }

  // a(i) . a(j) + 1
  template <Index Registers, Index Columns>
  void meet_inputs(const double* left, Index sample) const {
    multiply_tile<Registers, Columns>(
        left, stride, inputs + sample * depth_inputs, depth_inputs, depth_inputs,
        [](Index, Index) PHYSGRAD_INLINED { return simd::pset1<Packet>(1.0); },
        [&](Index j, Index i, const Packet& sum)
            PHYSGRAD_INLINED { simd::pstore(factors + (sample + j) * kFactorRows + i * kPacket, sum); });
  }

  template <Index Registers, Index Columns>
  void meet(const double* left, Index column, double* to, Index to_stride, Index count) const {
    const double* factor[static_cast<std::size_t>(Columns)];
    for (Index j = 0; j < Columns; ++j) factor[j] = factors + (offset + column + j) / per_sample * kFactorRows;
    const bool whole = count == Registers * kPacket;
    alignas(64) double part[static_cast<std::size_t>(Columns * Registers * kPacket)];
    multiply_tile<Registers, Columns>(
        left, stride, sensitivities + column * depth_sensitivities, depth_sensitivities, depth_sensitivities,
        [](Index, Index) PHYSGRAD_INLINED { return simd::pset1<Packet>(0.0); },
        [&](Index j, Index i, const Packet& sum) PHYSGRAD_INLINED {
          const auto share = simd::pmul(sum, simd::pload<Packet>(factor[j] + i * kPacket));
          double* entry = to + (column + j) * to_stride + i * kPacket;
          if (!whole)
            simd::pstore(part + (j * Registers + i) * kPacket, share);
          else if (overwrite)
            simd::pstoreu(entry, share);
          else
            simd::pstoreu(entry, simd::padd(share, simd::ploadu<Packet>(entry)));
        });
    if (whole) return;
    for (Index j = 0; j < Columns; ++j)
      for (Index i = 0; i < count; ++i) {
        double& entry = to[(column + j) * to_stride + i];
        entry = (overwrite ? 0 : entry) + part[j * Registers * kPacket + i];
      }
  }
};

}  // namespace

void LayerJacobian::take(Factor& factor, Index first) {
  inputs_ = factor.inputs;
  const Index uses = block_.uses, count = factor.sensitivities.cols() / uses;
  if (formed()) {
    columns_.resize(matrix_size() + block_.outputs, rows_);
    for (Index r = 0; r < count; ++r)
      form_row(factor.sensitivities.middleCols(r * uses, uses), inputs_of((first + r) / per_sample_),
               columns_.col(first + r));
  } else if (count == rows_) {
    sensitivities_.swap(factor.sensitivities);
  } else {
    sensitivities_.resize(block_.outputs, rows_ * uses);
    sensitivities_.middleCols(first * uses, count * uses) = factor.sensitivities;
  }
}

void LayerJacobian::pack(Index row, Index count, LayerRows& rows) const {
  rows.first = row;
  if (block_.uses > 1 || formed()) return;
  // A product may start at any of the rows, and reads whole tiles from there.
  const Index size = count + kTileRegisters * kPacket;
  if (rows.sensitivities.rows() != size) {
    rows.sensitivities.resize(size, block_.outputs);
    rows.inputs.resize(size, block_.inputs);
    rows.sensitivities.bottomRows(size - count).setZero();
    rows.inputs.bottomRows(size - count).setZero();
  }
  transpose_block(sensitivities_.data() + row * block_.outputs, block_.outputs, block_.outputs, count,
                  rows.sensitivities.data(), size);
  // A sample's rows in whole registers, of which the next sample takes over what is too much, and the zeros in the end.
  for (Index k = 0; k < block_.inputs; ++k) {
    const double* input = inputs_->data() + k;
    double* to = rows.inputs.data() + k * size;
    for (Index sample = row / per_sample_, r = 0; r < count; ++sample) {
      const Index end = std::min(count, (sample + 1) * per_sample_ - row);
      const auto value = simd::pset1<Packet>(input[sample * block_.inputs]);
      for (; r < end; r += kPacket) simd::pstoreu(to + r, value);
      r = end;
    }
    simd::pstoreu(to + count, simd::pset1<Packet>(0.0));
  }
}

void LayerJacobian::add_to_tile(const LayerRows& rows, Index row, Index column, bool overwrite, Eigen::Ref<Matrix> tile,
                                GramTile& scratch) const {
  if (block_.uses == 1 && !formed()) return fill_tile_once(rows, row, column, overwrite, tile, scratch);
  if (overwrite) tile.setZero();
  if (formed())
    tile.noalias() += columns_.middleCols(row, tile.rows()).transpose() * columns_.middleCols(column, tile.cols());
  else
    add_pairs(row, column, tile, scratch);
}

// Of a layer that is used once: (d(r) . d(c)) (a(i) . a(j) + 1), a few rows at a time: their products of inputs with
// every sample of the columns, then those of sensitivities, which meet them in registers.
void LayerJacobian::fill_tile_once(const LayerRows& rows, Index row, Index column, bool overwrite,
                                   Eigen::Ref<Matrix> tile, GramTile& scratch) const {
  const Index first = column / per_sample_, samples = (column + tile.cols() - 1) / per_sample_ - first + 1;
  constexpr Index kRows = kTileRegisters * kPacket;
  scratch.factors.resize(kRows, samples);
  const OnceTile once{.stride = rows.sensitivities.rows(),
                      .inputs = inputs_->data() + first * block_.inputs,
                      .depth_inputs = block_.inputs,
                      .samples = samples,
                      .sensitivities = sensitivities_.data() + column * block_.outputs,
                      .depth_sensitivities = block_.outputs,
                      .offset = column - first * per_sample_,
                      .per_sample = per_sample_,
                      .overwrite = overwrite,
                      .factors = scratch.factors.data()};
  for (Index r = 0; r < tile.rows();) {
    const double* inputs = rows.inputs.data() + row + r - rows.first;
    const double* sensitivities = rows.sensitivities.data() + row + r - rows.first;
    if (tile.rows() - r > (kTileRegisters - 1) * kPacket)
      r += once.fill<kTileRegisters>(inputs, sensitivities, tile, r);
    else
      r += once.fill<1>(inputs, sensitivities, tile, r);
  }
}

// Of samples i and j, with A = a(j)^T a(i) + 1 of every two uses: the sum over uses of D(r) and D(c) A, which are
// vectors of outputs*uses numbers, so that all rows of i meet all rows of j in one product.
void LayerJacobian::add_pairs(Index row, Index column, Eigen::Ref<Matrix> tile, GramTile& scratch) const {
  const Index dy = per_sample_, uses = block_.uses, length = block_.outputs * uses;
  const Eigen::Map<const Matrix> vectors(sensitivities_.data(), length, rows_);
  const Index end_row = row + tile.rows(), end_column = column + tile.cols();
  for (Index c = column; c < end_column;) {
    const Index j = c / dy, next_c = std::min(end_column, (j + 1) * dy);
    for (Index r = row; r < end_row;) {
      const Index i = r / dy, next_r = std::min(end_row, (i + 1) * dy);
      scratch.inputs.noalias() = inputs_of(j).transpose() * inputs_of(i);
      scratch.inputs.array() += 1.0;
      scratch.part.resize(length, next_c - c);
      for (Index k = c; k < next_c; ++k)
        Eigen::Map<Matrix>(scratch.part.col(k - c).data(), block_.outputs, uses).noalias() =
            sensitivities_of(k) * scratch.inputs;
      tile.block(r - row, c - column, next_r - r, next_c - c).noalias() +=
          vectors.middleCols(r, next_r - r).transpose() * scratch.part;
      r = next_r;
    }
    c = next_c;
  }
}

void LayerJacobian::put_dense(Matrix& jacobian) const {
  if (block_.uses == 1 && !formed()) return put_dense_once(jacobian);
  Vector column(matrix_size() + block_.outputs);
  for (Index r = 0; r < rows_; ++r) {
    if (formed())
      column = columns_.col(r);
    else
      form_row(sensitivities_of(r), inputs_of(r / per_sample_), column.head(column.size()));
    jacobian.row(r).segment(block_.weights, matrix_size()) = column.head(matrix_size()).transpose();
    jacobian.row(r).segment(block_.biases, block_.outputs) = column.tail(block_.outputs).transpose();
  }
}

void LayerJacobian::put_dense_once(Matrix& jacobian) const {
  // Transposed copies make every column of J a product of two contiguous vectors.
  const Index dy = per_sample_;
  const Matrix sensitivity = sensitivities_.transpose();
  Matrix input(rows_, block_.inputs);
  for (Index i = 0; i < rows_ / dy; ++i) input.middleRows(i * dy, dy).rowwise() = inputs_->col(i).transpose();
  for (Index o = 0; o < block_.outputs; ++o)
    for (Index k = 0; k < block_.inputs; ++k)
      jacobian.col(block_.weights + o * block_.inputs + k) = sensitivity.col(o).cwiseProduct(input.col(k));
  jacobian.middleCols(block_.biases, block_.outputs) = sensitivity;
}

double LayerJacobian::squared_norm() const {
  const Index dy = per_sample_, samples = rows_ / dy;
  if (formed()) return columns_.squaredNorm();
  double sum = 0;
  for (Index i = 0; i < samples; ++i) {
    const Matrix inputs = ((inputs_of(i).transpose() * inputs_of(i)).array() + 1.0).matrix();
    for (Index r = i * dy; r < (i + 1) * dy; ++r)
      sum += sensitivities_of(r).cwiseProduct(sensitivities_of(r) * inputs).sum();
  }
  return sum;
}

void LayerJacobian::add_squared_norm(double& sum) const {
  if (block_.uses > 1 || formed()) {
    sum += squared_norm();
    return;
  }
  const Index dy = per_sample_;
  const Vector inputs = inputs_->colwise().squaredNorm().transpose().array() + 1.0;
  double total = sum;
  for (Index i = 0; i < rows_ / dy; ++i) total += inputs[i] * sensitivities_.middleCols(i * dy, dy).squaredNorm();
  sum = total;
}

void LayerJacobian::add_times(const Vector& v, Vector& result) const {
  if (formed()) {
    result += columns_.topRows(matrix_size()).transpose() * v.segment(block_.weights, matrix_size());
    result += columns_.bottomRows(block_.outputs).transpose() * v.segment(block_.biases, block_.outputs);
    return;
  }
  const Eigen::Map<const Matrix> weights(v.data() + block_.weights, block_.inputs, block_.outputs);
  for (Index i = 0; i < rows_ / per_sample_; ++i) {
    Matrix moved = weights.transpose() * inputs_of(i);
    moved.colwise() += v.segment(block_.biases, block_.outputs);
    for (Index r = i * per_sample_; r < (i + 1) * per_sample_; ++r)
      result[r] += sensitivities_of(r).cwiseProduct(moved).sum();
  }
}

void LayerJacobian::put_transpose_times(const Vector& w, Vector& result) const {
  if (formed()) {
    result.segment(block_.weights, matrix_size()) = columns_.topRows(matrix_size()) * w;
    result.segment(block_.biases, block_.outputs) = columns_.bottomRows(block_.outputs) * w;
    return;
  }
  Eigen::Map<Matrix> weights(result.data() + block_.weights, block_.inputs, block_.outputs);
  weights.setZero();
  result.segment(block_.biases, block_.outputs).setZero();
  for (Index i = 0; i < rows_ / per_sample_; ++i) {
    Matrix sum = Matrix::Zero(block_.outputs, block_.uses);
    for (Index r = i * per_sample_; r < (i + 1) * per_sample_; ++r) sum += w[r] * sensitivities_of(r);
    weights += inputs_of(i) * sum.transpose();
    result.segment(block_.biases, block_.outputs) += sum.rowwise().sum();
  }
}

void LayerJacobian::add_times_many(const Matrix& v, Member::Range vectors, Matrix& result) const {
  if (!formed())
    return add_products({block_, rows_ / per_sample_, per_sample_, *inputs_, sensitivities_}, v, vectors, result);
  const Index first = vectors.begin, count = vectors.end - first;
  auto sum = result.middleCols(first, count);
  sum.noalias() += columns_.topRows(matrix_size()).transpose() * v.block(block_.weights, first, matrix_size(), count);
  sum.noalias() +=
      columns_.bottomRows(block_.outputs).transpose() * v.block(block_.biases, first, block_.outputs, count);
}

void LayerJacobian::put_transpose_times_many(const Matrix& w, Member::Range vectors, Matrix& result) const {
  if (!formed())
    return put_transposed_products({block_, rows_ / per_sample_, per_sample_, *inputs_, sensitivities_}, w, vectors,
                                   result);
  const Index first = vectors.begin, count = vectors.end - first;
  const auto some = w.middleCols(first, count);
  result.block(block_.weights, first, matrix_size(), count).noalias() = columns_.topRows(matrix_size()) * some;
  result.block(block_.biases, first, block_.outputs, count).noalias() = columns_.bottomRows(block_.outputs) * some;
}

}  // namespace physgrad
