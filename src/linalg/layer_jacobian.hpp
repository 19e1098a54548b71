#pragma once
// Internal to linalg: the columns of J that belong to one layer, as its factor.
#include "physgrad/core/parallel.hpp"
#include "physgrad/linalg/layer_gram.hpp"

namespace physgrad {

/// Scratch of LayerJacobian::add_to_tile, for all layers.
struct GramTile {
  Matrix part, inputs, factors;
};

/// A layer's factors of some rows as columns of them, where it is used once: what products of the rows with others have
/// on their left. Rows are added with zeros.
struct LayerRows {
  Index first = 0;
  Matrix sensitivities;  ///< [rows x outputs]
  Matrix inputs;         ///< [rows x inputs], those of a sample once for each of its rows
};

/// Rows are sample-major, `per_sample` a sample.
class LayerJacobian {
 public:
  LayerJacobian(const Block& block, Index rows, Index per_sample, LayerGram way)
      : block_(block), rows_(rows), per_sample_(per_sample), way_(way) {}

  /// Rows first .. of the layer's factor, as many as it has. Takes the sensitivities' memory where these are all rows;
  /// the inputs must outlive this.
  void take(Factor& factor, Index first);
  /// Rows row .. row + count for add_to_tile().
  void pack(Index row, Index count, LayerRows& rows) const;
  /// This layer's share of the block of K that starts at (row, column), whose rows are among the packed ones: added, or
  /// written where `overwrite`.
  void add_to_tile(const LayerRows& rows, Index row, Index column, bool overwrite, Eigen::Ref<Matrix> tile,
                   GramTile& scratch) const;
  /// Writes this layer's columns of J.
  void put_dense(Matrix& jacobian) const;
  void add_squared_norm(double& sum) const;
  /// result += J v [rows], v [n], of this layer's columns.
  void add_times(const Vector& v, Vector& result) const;
  /// Writes this layer's part of J^T w [n].
  void put_transpose_times(const Vector& w, Vector& result) const;
  /// The same of some of a block's vectors: result += J V [rows x k]; this layer's part of J^T W [n x k].
  void add_times_many(const Matrix& v, Member::Range vectors, Matrix& result) const;
  void put_transpose_times_many(const Matrix& w, Member::Range vectors, Matrix& result) const;

 private:
  [[nodiscard]] bool formed() const { return way_ == LayerGram::formed; }
  [[nodiscard]] Index matrix_size() const { return block_.inputs * block_.outputs; }
  [[nodiscard]] auto sensitivities_of(Index row) const {
    return sensitivities_.middleCols(row * block_.uses, block_.uses);
  }
  [[nodiscard]] auto inputs_of(Index sample) const { return inputs_->middleCols(sample * block_.uses, block_.uses); }
  [[nodiscard]] double squared_norm() const;  // of what is used more than once
  void fill_tile_once(const LayerRows& rows, Index row, Index column, bool overwrite, Eigen::Ref<Matrix> tile,
                      GramTile& scratch) const;
  void add_pairs(Index row, Index column, Eigen::Ref<Matrix> tile, GramTile& scratch) const;
  void put_dense_once(Matrix& jacobian) const;

  Block block_;
  Index rows_, per_sample_;
  LayerGram way_;
  const Matrix* inputs_ = nullptr;
  Matrix sensitivities_;  // of what goes pairwise
  Matrix columns_;        // of what is formed: J^T [inputs*outputs + outputs x rows]
};

}  // namespace physgrad
