#pragma once
// A Jacobian of a batch as what its layers have of it: sums, over the uses of a layer, of sensitivity times input.
#include <functional>
#include <optional>
#include <vector>

#include "physgrad/linalg/layer_jacobian.hpp"
#include "physgrad/linalg/partial_inverse.hpp"

namespace physgrad {

/// J [samples*per_sample x n], rows sample-major. With d_l(r,u) and a_l(i,u) the sensitivity of row r and the input of
/// sample i at use u of layer l,
///   (J J^T)[r,c] = sum_l sum_{u,v} (d_l(r,u) . d_l(c,v)) (a_l(i,u) . a_l(j,v) + 1),
/// which needs no J; where a layer is used so often that its columns of J are the cheaper way, they are formed.
class FactoredJacobian final : public JacobianOperator {
 public:
  /// Gives the factors, one a block, of rows first .. first + count - 1.
  using Source = std::function<void(Index first, Index count, std::vector<Factor>& out)>;

  /// The blocks, and the inputs that the source gives, must outlive this. The plan is plan_factors()'s where none is
  /// given.
  FactoredJacobian(std::span<const Block> blocks, Index samples, Index per_sample, Source source);
  FactoredJacobian(std::span<const Block> blocks, Index samples, Index per_sample, Source source, FactoredPlan plan);

  /// Asks for the factors of all rows, block by block, unless they are there. Whatever needs them calls it.
  void prepare() override;
  [[nodiscard]] Index rows() const override { return samples_ * per_sample_; }
  [[nodiscard]] Index cols() const override { return cols_; }
  [[nodiscard]] bool has_dense() const { return dense_.has_value(); }
  const Matrix& dense() override;
  Matrix gram() override { return padded_gram(1); }
  Matrix padded_gram(Index multiple) override;
  void gram_lower(BlockLower& out) override;
  void forget() override { layers_.clear(); }
  Vector times(const Vector& v) override;
  Vector transpose_times(const Vector& w) override;
  Matrix times_many(const Matrix& v) override;
  Matrix transpose_times_many(const Matrix& w) override;
  [[nodiscard]] bool has_structured_gram() const override { return true; }
  /// |J|_F^2, the trace of J J^T.
  [[nodiscard]] double squared_norm();
  /// Operations of the lower triangle of J J^T.
  [[nodiscard]] double gram_operations() const;
  /// Operations of J V, or J^T W, for one vector of a block.
  [[nodiscard]] double product_operations() const;

 private:
  /// Where a tile of K is, in which block of rows.
  struct Tile {
    Index block, row, column, rows, cols;
  };
  /// What one thread fills tiles with: the layers' rows of a block, and scratch.
  struct Filling {
    Index block = -1;
    std::vector<LayerRows> packed;
    GramTile scratch;
  };
  /// Tiles of the lower triangle of K in blocks of kGramTileRows rows and of `width` columns.
  [[nodiscard]] std::vector<Tile> tiles(Index width) const;
  /// Fills the block `to(tile)` of every tile, and calls done(tile).
  template <class To, class Done>
  void fill(const std::vector<Tile>& tiles, const To& to, const Done& done) const;
  void pack(Index block, Filling& filling) const;

  std::span<const Block> blocks_;
  Index samples_, per_sample_, cols_ = 0;
  Source source_;
  FactoredPlan plan_;
  std::vector<LayerJacobian> layers_;  // empty until prepare()
  std::optional<Matrix> dense_;
};

}  // namespace physgrad
