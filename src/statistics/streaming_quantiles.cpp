#include "physgrad/statistics/streaming_quantiles.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace physgrad {
namespace {

constexpr int kPartBits = 6;  // 64 classes an octave: the leading bits of the mantissa
constexpr int kOctaves = 64;  // on both sides of 1
constexpr int kShift = 52 - kPartBits;
constexpr std::uint64_t kFirst = std::uint64_t{1023 - kOctaves} << kPartBits;  // class of 2^-64
constexpr std::uint64_t kClasses = std::uint64_t{2 * kOctaves} << kPartBits;

/// 0: below all classes, kClasses + 1: above.
std::size_t class_of(double value) {
  if (!(value >= std::ldexp(1.0, -kOctaves))) return 0;
  const std::uint64_t place = (std::bit_cast<std::uint64_t>(value) >> kShift) - kFirst;
  return static_cast<std::size_t>(std::min(place, kClasses)) + 1;
}

/// Halfway between a class's ends.
double middle_of(std::size_t which) {
  const std::uint64_t bits = (kFirst + which - 1) << kShift | std::uint64_t{1} << (kShift - 1);
  return std::bit_cast<double>(bits);
}

}  // namespace

StreamingQuantiles::StreamingQuantiles() : classes_(kClasses + 2) {}

void StreamingQuantiles::add(double value) {
  if (std::isnan(value)) return;
  ++classes_[class_of(value)];
  ++count_;
  sum_ += value;
  smallest_ = std::min(smallest_, value);
  largest_ = std::max(largest_, value);
}

double StreamingQuantiles::at(std::uint64_t place) const {
  if (place == 0) return smallest_;
  if (place + 1 >= count_) return largest_;
  std::size_t which = 0;
  for (std::uint64_t seen = classes_[0]; seen <= place; seen += classes_[which]) ++which;
  if (which == 0) return smallest_;
  if (which > kClasses) return largest_;
  return std::clamp(middle_of(which), smallest_, largest_);
}

double StreamingQuantiles::quantile(double share) const {
  if (count_ == 0) return std::numeric_limits<double>::quiet_NaN();
  const double place = share * static_cast<double>(count_ - 1);
  const auto low = static_cast<std::uint64_t>(place);
  const double lower = at(low), upper = at(std::min(low + 1, count_ - 1));
  if (lower == upper) return lower;  // infinities, too
  return lower + (place - static_cast<double>(low)) * (upper - lower);
}

double StreamingQuantiles::mean() const {
  return count_ == 0 ? std::numeric_limits<double>::quiet_NaN() : sum_ / static_cast<double>(count_);
}

}  // namespace physgrad
