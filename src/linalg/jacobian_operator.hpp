#pragma once
// A Jacobian as the algorithms of linalg see it: products and Gram matrices, the matrix itself where they need it.
#include "physgrad/linalg/backend.hpp"

namespace physgrad {

class BlockLower;

/// A Jacobian [rows x cols] as a kernel sees it. A kernel asks only for what it needs: whoever owns the derivatives
/// decides how (and whether) the matrix is formed.
class JacobianOperator {
 public:
  virtual ~JacobianOperator() = default;
  [[nodiscard]] virtual Index rows() const = 0;
  [[nodiscard]] virtual Index cols() const = 0;
  /// The matrix itself, formed on first use.
  virtual const Matrix& dense() = 0;
  /// K = J J^T [rows x rows], both triangles filled, if possible without forming J.
  virtual Matrix gram() = 0;
  /// The same as the leading rows and columns of a matrix whose order is the next multiple of `multiple`, zero beyond
  /// them; by default through gram(), in twice the memory.
  virtual Matrix padded_gram(Index multiple);
  /// The lower triangle of K into `out`, whose order is rows(); by default through gram(), in twice the memory.
  virtual void gram_lower(BlockLower& out);
  /// Makes what products are made of, as the first of them would; before room is taken for results.
  virtual void prepare() {}
  /// Releases what products were made of, which whoever asks for one has made again: where a matrix leaves no room.
  virtual void forget() {}
  /// J v, v [cols].
  virtual Vector times(const Vector& v) = 0;
  /// J^T w, w [rows].
  virtual Vector transpose_times(const Vector& w) = 0;
  /// J V [rows x k], V [cols x k]; one product at a time unless overridden.
  virtual Matrix times_many(const Matrix& v);
  /// J^T W [cols x k], W [rows x k]; one product at a time unless overridden.
  virtual Matrix transpose_times_many(const Matrix& w);
  /// True where gram() is cheaper than forming J (structured, from activations and sensitivities).
  [[nodiscard]] virtual bool has_structured_gram() const { return false; }
  /// How many threads products may take, and kernels that ask it, from now on; those that compute with it set it to
  /// what is worth it. Throws std::invalid_argument for less than 1.
  virtual void use_threads(int threads);
  [[nodiscard]] int threads() const { return threads_; }

 private:
  int threads_ = 1;
};

/// How many of `threads` are worth their meetings in products and decompositions whose smaller side is `order`
/// (docs/partial-inverse.md, "Several threads").
[[nodiscard]] inline int threads_for(Index order, int threads) {
  constexpr Index kThreadsFrom = 256;
  return order >= kThreadsFrom ? threads : 1;
}

/// A square matrix for padded_gram(): zero beyond its leading `order` rows and columns, whose entries are not set.
[[nodiscard]] Matrix padded_square(Index order, Index multiple);

/// An explicit matrix as an operator; matrix and back end must outlive it.
class DenseJacobian final : public JacobianOperator {
 public:
  explicit DenseJacobian(const Matrix& matrix, const Backend& backend = default_backend())
      : matrix_(matrix), backend_(backend) {}
  [[nodiscard]] Index rows() const override { return matrix_.rows(); }
  [[nodiscard]] Index cols() const override { return matrix_.cols(); }
  const Matrix& dense() override { return matrix_; }
  Matrix gram() override;
  Matrix padded_gram(Index multiple) override;
  Vector times(const Vector& v) override { return matrix_ * v; }
  Vector transpose_times(const Vector& w) override { return matrix_.transpose() * w; }
  Matrix times_many(const Matrix& v) override;
  Matrix transpose_times_many(const Matrix& w) override;

 private:
  const Matrix& matrix_;
  const Backend& backend_;
};

}  // namespace physgrad
