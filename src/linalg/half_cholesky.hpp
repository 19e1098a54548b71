#pragma once
// Internal to linalg: the Cholesky factor of a symmetric matrix in half storage, in its memory.
#include <exception>
#include <vector>

#include "physgrad/core/parallel.hpp"
#include "physgrad/linalg/backend.hpp"
#include "physgrad/linalg/block_lower.hpp"

namespace physgrad {

/// A = L L^T in the memory of A, by blocks (Golub & Van Loan 2013, section 4.2.6): squares on the diagonal by the back
/// end, products in registers. The same bits for the same number of threads.
class HalfCholesky {
 public:
  static constexpr Index kWidth = 64;

  /// Of block columns that are kWidth wide, threads >= 1; throws std::invalid_argument for other columns.
  HalfCholesky(BlockLower matrix, const Backend& backend, int threads);

  /// False where A is not positive definite.
  [[nodiscard]] bool valid() const { return valid_; }
  /// A^{-1} x, x [order]; of a factor that is valid().
  [[nodiscard]] Vector solve(Vector x) const;

 private:
  struct Work {
    Matrix right;    ///< -X^T [kWidth x order] of the block column X below its diagonal square
    Matrix squares;  ///< -D^T of that square
    std::exception_ptr failure;
  };
  void factor(const Member& me, const Backend& backend, Work& work);
  void factor_square(Index block, const Backend& backend, Work& work);
  void solve_panel(Index block, const Member::Range& rows, Work& work);
  void update(const Member& me, Index block, const Work& work);
  void substitute(const Member& me, Vector& x, Matrix& parts) const;

  BlockLower l_;
  int threads_;
  bool valid_ = true;
};

/// Numbers that HalfCholesky holds, its matrix included.
[[nodiscard]] double half_cholesky_doubles(double order);

}  // namespace physgrad
