#pragma once
// Internal to linalg: copies of arrays between pages that allow no access.
#include <cstddef>

#include "physgrad/linalg/backend.hpp"

namespace physgrad {

/// Bytes of their own between two pages that allow no access, as near to the second as the offset allows. What is not
/// theirs in their pages is filled with ones, which read as NaN.
class GuardedMemory {
 public:
  /// The address of the bytes is `offset` modulo 64. Throws std::bad_alloc.
  GuardedMemory(std::size_t bytes, std::size_t offset);
  ~GuardedMemory();
  GuardedMemory(const GuardedMemory&) = delete;
  GuardedMemory& operator=(const GuardedMemory&) = delete;

  [[nodiscard]] std::byte* data() { return data_; }
  /// From now on writing ends the process.
  void allow_reading_only();
  /// False where something beside the bytes was written.
  [[nodiscard]] bool intact() const;

 private:
  std::byte* mapping_;
  std::size_t size_;  ///< without the two pages
  std::byte* data_;
  std::size_t bytes_;
};

/// A copy of a matrix, or of a block of one: [rows x cols], `stride` entries from column to column.
template <class Scalar>
class GuardedArray {
 public:
  using Values = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

  GuardedArray(const Scalar* source, Index rows, Index cols, Index stride);

  [[nodiscard]] Eigen::Map<Values, 0, Eigen::OuterStride<>> matrix() { return {values(), rows_, cols_, stride_}; }
  [[nodiscard]] Eigen::Map<Eigen::Matrix<Scalar, Eigen::Dynamic, 1>> vector() { return {values(), rows_}; }
  void allow_reading_only() { memory_.allow_reading_only(); }
  /// Into where it came from. Throws std::logic_error where anything beside the entries was written.
  void copy_back(Scalar* target);

 private:
  [[nodiscard]] Scalar* values() { return reinterpret_cast<Scalar*>(memory_.data()); }

  Index rows_, cols_, stride_;
  GuardedMemory memory_;
};

}  // namespace physgrad
