#include "physgrad/linalg/block_lower.hpp"

#include <cstdint>

#include "physgrad/linalg/partial_inverse.hpp"

#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif

namespace physgrad {
namespace {

// Asks for pages of megabytes for what a large array has to itself: a few rows of many columns lie on as many ordinary
// pages, and there are more of those than a processor remembers. Nothing depends on whether the system grants it.
void prefer_large_pages([[maybe_unused]] const Vector& array) {
#ifdef MADV_HUGEPAGE
  constexpr std::uintptr_t kPage = 4096, kLeastBytes = 4U << 20U;
  const auto begin = reinterpret_cast<std::uintptr_t>(array.data());
  const std::uintptr_t end = begin + static_cast<std::uintptr_t>(array.size()) * sizeof(double);
  if (end - begin < kLeastBytes) return;
  const std::uintptr_t first = (begin + kPage - 1) / kPage * kPage, last = end / kPage * kPage;
  (void)madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#endif
}

void copy_lower(const Matrix& from, BlockLower& to) {
  for (Index j = 0; j < to.blocks(); ++j) {
    const Index height = to.order() - to.start(j);
    to.column(j) = from.block(to.start(j), to.start(j), height, to.columns(j));
  }
}

}  // namespace

BlockLower::BlockLower(Index order, Index width) : order_(order), width_(width) {
  offsets_.push_back(0);
  for (Index j = 0; j < blocks(); ++j) {
    const Index stored = std::min(width_, padded() - start(j));
    offsets_.push_back(offsets_.back() + stored * stride(j));
  }
  data_.resize(offsets_.back());
  prefer_large_pages(data_);
}

void BlockLower::clear_padding() {
  for (Index j = 0; j < blocks(); ++j) {
    const Index rows = order_ - start(j), stored = std::min(width_, padded() - start(j));
    Eigen::Map<Matrix> all(data_.data() + offset(j), stride(j), stored);
    all.bottomRows(stride(j) - rows).setZero();
    all.rightCols(stored - columns(j)).setZero();
  }
}

BlockLower block_lower(const Matrix& matrix, Index width) {
  BlockLower result(matrix.rows(), width);
  copy_lower(matrix, result);
  return result;
}

double trace(const BlockLower& a) {
  double sum = 0;
  for (Index j = 0; j < a.blocks(); ++j) sum += a.column(j).diagonal().sum();
  return sum;
}

bool all_finite(const BlockLower& a) {
  for (Index j = 0; j < a.blocks(); ++j) {
    const auto block = a.column(j);
    // What is not finite is not zero times anything.
    for (Index k = 0; k < block.cols(); ++k)
      if ((0.0 * block.col(k).tail(block.rows() - k)).sum() != 0) return false;
  }
  return true;
}

void scale(BlockLower& a, double factor) {
  for (Index j = 0; j < a.blocks(); ++j) {
    auto block = a.column(j);
    for (Index k = 0; k < block.cols(); ++k) block.col(k).tail(block.rows() - k) *= factor;
  }
}

void JacobianOperator::gram_lower(BlockLower& out) { copy_lower(gram(), out); }

}  // namespace physgrad
