#pragma once
// Internal to linalg: the elimination of a shifted band matrix without exchanges, B - x I = L D L^T, for several shifts
// x side by side.
#include <algorithm>
#include <iterator>

#include "physgrad/linalg/lanes.hpp"
#include "physgrad/linalg/symmetric_band.hpp"

namespace physgrad {

/// Column by column, each from its Width predecessors. Number holds one number for each shift (Lanes, ComplexLanes) in
/// two vector registers or so. Width: 1, or a power of two.
///
/// A column's pivot is divided by only in the next one, after all that does not depend on it, so that the division's
/// time is used.
template <Index Width, class Number>
class BandElimination {
 public:
  explicit BandElimination(const Number& shift) : shift_(shift), inverse_(Number::constant(0)) {
    std::fill(std::begin(lower_), std::end(lower_), 0.0);
    std::fill(std::begin(scaled_), std::end(scaled_), 0.0);
  }

  /// Column j from its entries of B, B(j + d, j) for d = 0 .. Width. `pivot` may change D(j), and returns 1 / D(j);
  /// below(d, L(j - 1 + d, j - 1)) completes the column before, if there is one.
  template <class Pivot, class Below>
  [[gnu::always_inline]] void next(Index j, const double* entries, const Pivot& pivot, const Below& below) {
    constexpr Index kBlocks = (Width + kBlock) / kBlock;
    const Index here = slot(j), before = slot(j - 1);
    const Number inverse = inverse_, nearest = Number::load(scaled_ + before + kNumbers);
    unrolled<kBlocks>([&](auto block) PHYSGRAD_INLINED {
      constexpr Index kFirst = block * kBlock;
      constexpr Index kCount = std::min(kBlock, Width + 1 - kFirst);
      Number sum[static_cast<std::size_t>(kCount)];
      unrolled<kCount>([&](auto d) PHYSGRAD_INLINED { sum[d] = Number::constant(entries[kFirst + d]); });
      if constexpr (kFirst == 0) sum[0] = sum[0] - shift_;
      unrolled<std::max<Index>(Width - kFirst - 1, 0)>([&](auto i) PHYSGRAD_INLINED {
        constexpr Index k = Width - kFirst - i;
        const Index column = slot(j - k) + k * kNumbers;
        const Number u = Number::load(scaled_ + column);
        unrolled<std::min(kCount, Width - kFirst - k + 1)>([&](auto d) PHYSGRAD_INLINED {
          subtract_product(u, Number::load(lower_ + column + (kFirst + d) * kNumbers), sum[d]);
        });
      });
      unrolled<std::min(kCount, Width - kFirst)>([&](auto d) PHYSGRAD_INLINED {
        constexpr Index row = kFirst + d + 1;
        const Number l = Number::load(scaled_ + before + row * kNumbers) * inverse;
        l.store(lower_ + before + row * kNumbers);
        subtract_product(nearest, l, sum[d]);
        if constexpr (row == 1) inverse_ = pivot(sum[0]);
        below(std::integral_constant<Index, row>(), l);
      });
      constexpr Index kSkipped = kFirst == 0 ? 1 : 0;
      unrolled<kCount - kSkipped>([&](auto i) PHYSGRAD_INLINED {
        sum[kSkipped + i].store(scaled_ + here + (kFirst + kSkipped + i) * kNumbers);
      });
    });
  }

  /// L(j, j - k) for k = 1 .. Width, after next(j).
  [[nodiscard]] Number across(Index j, Index k) const { return Number::load(lower_ + slot(j - k) + k * kNumbers); }
  /// 1 / D(j) after next(j).
  [[nodiscard]] const Number& inverse() const { return inverse_; }

 private:
  static constexpr Index kNumbers = Number::kNumbers;
  // Sums that registers hold: there are 32 where they are wide, else 16.
  static constexpr Index kBlock = kPacket == 8 ? 9 : 4;
  static constexpr Index slot(Index j) { return (j & (Width - 1)) * (Width + 1) * kNumbers; }
  Number shift_;
  Number inverse_;
  alignas(64) double lower_[static_cast<std::size_t>(kNumbers * Width * (Width + 1))];   // L of the last Width columns
  alignas(64) double scaled_[static_cast<std::size_t>(kNumbers * Width * (Width + 1))];  // D L
};

}  // namespace physgrad
