#include "physgrad/linalg/guarded_array.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <new>
#include <stdexcept>

namespace physgrad {
namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::byte kFill{0xff};

std::size_t page_size() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

template <class Scalar>
std::size_t bytes_of(Index rows, Index cols, Index stride) {
  return rows == 0 || cols == 0 ? 0 : sizeof(Scalar) * static_cast<std::size_t>((cols - 1) * stride + rows);
}

bool filled(const std::byte* from, const std::byte* to) {
  return std::all_of(from, to, [](std::byte value) { return value == kFill; });
}

}  // namespace

GuardedMemory::GuardedMemory(std::size_t bytes, std::size_t offset) : bytes_(bytes) {
  const std::size_t page = page_size();
  size_ = (bytes + kAlignment + page - 1) / page * page;
  void* mapping = ::mmap(nullptr, size_ + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) throw std::bad_alloc();
  mapping_ = static_cast<std::byte*>(mapping) + page;
  if (::mprotect(mapping_, size_, PROT_READ | PROT_WRITE) != 0) {
    ::munmap(mapping, size_ + 2 * page);
    throw std::bad_alloc();
  }
  std::fill(mapping_, mapping_ + size_, kFill);
  data_ = mapping_ + size_ - bytes;
  data_ -= (reinterpret_cast<std::uintptr_t>(data_) - offset) % kAlignment;
}

GuardedMemory::~GuardedMemory() { ::munmap(mapping_ - page_size(), size_ + 2 * page_size()); }

void GuardedMemory::allow_reading_only() {
  if (::mprotect(mapping_, size_, PROT_READ) != 0) throw std::bad_alloc();
}

bool GuardedMemory::intact() const { return filled(mapping_, data_) && filled(data_ + bytes_, mapping_ + size_); }

template <class Scalar>
GuardedArray<Scalar>::GuardedArray(const Scalar* source, Index rows, Index cols, Index stride)
    : rows_(rows),
      cols_(cols),
      stride_(std::max(rows, stride)),
      memory_(bytes_of<Scalar>(rows, cols, stride_), reinterpret_cast<std::uintptr_t>(source) % kAlignment) {
  for (Index j = 0; j < cols_; ++j) std::copy_n(source + j * stride_, rows_, values() + j * stride_);
}

template <class Scalar>
void GuardedArray<Scalar>::copy_back(Scalar* target) {
  bool intact = memory_.intact();
  for (Index j = 0; j < cols_; ++j) {
    const Scalar* column = values() + j * stride_;
    std::copy_n(column, rows_, target + j * stride_);
    if (j + 1 < cols_)
      intact = intact && filled(reinterpret_cast<const std::byte*>(column + rows_),
                                reinterpret_cast<const std::byte*>(column + stride_));
  }
  if (!intact) throw std::logic_error("debug back end: something beside an array's entries was written");
}

template class GuardedArray<float>;
template class GuardedArray<double>;

}  // namespace physgrad
