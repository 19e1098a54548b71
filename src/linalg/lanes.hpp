#pragma once
// Internal to linalg: a fixed number of double precision numbers that go through the same arithmetic side by side, in
// as many vector registers as the processor needs for them.
#include <array>
#include <utility>

#include "physgrad/core/types.hpp"

namespace physgrad {

namespace simd = Eigen::internal;
using Packet = simd::packet_traits<double>::type;
inline constexpr Index kPacket = simd::packet_traits<double>::size;

/// N numbers, N a multiple of kPacket. Loads and stores are aligned to a packet.
template <Index N>
struct Lanes {
  static_assert(N % kPacket == 0);
  static constexpr Index kParts = N / kPacket;
  static constexpr Index kNumbers = N;
  Packet part[kParts];

  static Lanes load(const double* from) {
    Lanes result;
    for (Index p = 0; p < kParts; ++p) result.part[p] = simd::pload<Packet>(from + p * kPacket);
    return result;
  }
  static Lanes constant(double value) {
    Lanes result;
    for (Index p = 0; p < kParts; ++p) result.part[p] = simd::pset1<Packet>(value);
    return result;
  }
  void store(double* to) const {
    for (Index p = 0; p < kParts; ++p) simd::pstore(to + p * kPacket, part[p]);
  }
  Lanes operator-() const {
    Lanes result;
    for (Index p = 0; p < kParts; ++p) result.part[p] = simd::pnegate(part[p]);
    return result;
  }
  friend Lanes operator+(const Lanes& a, const Lanes& b) {
    Lanes result;
    for (Index p = 0; p < kParts; ++p) result.part[p] = simd::padd(a.part[p], b.part[p]);
    return result;
  }
  friend Lanes operator-(const Lanes& a, const Lanes& b) {
    Lanes result;
    for (Index p = 0; p < kParts; ++p) result.part[p] = simd::psub(a.part[p], b.part[p]);
    return result;
  }
  friend Lanes operator*(const Lanes& a, const Lanes& b) {
    Lanes result;
    for (Index p = 0; p < kParts; ++p) result.part[p] = simd::pmul(a.part[p], b.part[p]);
    return result;
  }
  friend Lanes operator*(double a, const Lanes& b) { return constant(a) * b; }
  friend Lanes operator/(const Lanes& a, const Lanes& b) {
    Lanes result;
    for (Index p = 0; p < kParts; ++p) result.part[p] = simd::pdiv(a.part[p], b.part[p]);
    return result;
  }
  friend Lanes abs(const Lanes& a) {
    Lanes result;
    for (Index p = 0; p < kParts; ++p) result.part[p] = simd::pabs(a.part[p]);
    return result;
  }
  /// a where the other is not a number.
  friend Lanes max(const Lanes& a, const Lanes& b) {
    Lanes result;
    for (Index p = 0; p < kParts; ++p) result.part[p] = simd::pmax(a.part[p], b.part[p]);
    return result;
  }
  /// 1 where a > b, else 0.
  friend Lanes greater(const Lanes& a, const Lanes& b) {
    Lanes result;
    const auto one = simd::pset1<Packet>(1.0);
    for (Index p = 0; p < kParts; ++p) result.part[p] = simd::pand(simd::pcmp_lt(b.part[p], a.part[p]), one);
    return result;
  }
};

/// sum += a b.
template <Index N>
inline void add_product(const Lanes<N>& a, const Lanes<N>& b, Lanes<N>& sum) {
  for (Index p = 0; p < Lanes<N>::kParts; ++p) sum.part[p] = simd::pmadd(a.part[p], b.part[p], sum.part[p]);
}
template <Index N>
inline void add_product(const Packet& a, const Lanes<N>& b, Lanes<N>& sum) {
  for (Index p = 0; p < Lanes<N>::kParts; ++p) sum.part[p] = simd::pmadd(a, b.part[p], sum.part[p]);
}
template <Index N>
inline void add_product(double a, const Lanes<N>& b, Lanes<N>& sum) {
  add_product(simd::pset1<Packet>(a), b, sum);
}

/// sum -= a b.
template <Index N>
inline void subtract_product(const Lanes<N>& a, const Lanes<N>& b, Lanes<N>& sum) {
  for (Index p = 0; p < Lanes<N>::kParts; ++p) sum.part[p] = simd::psub(sum.part[p], simd::pmul(a.part[p], b.part[p]));
}

/// 1 / a.
template <Index N>
inline Lanes<N> inverse(const Lanes<N>& a) {
  return Lanes<N>::constant(1) / a;
}

template <Index N>
struct ComplexLanes {
  Lanes<N> re;
  Lanes<N> im;

  static constexpr Index kNumbers = 2 * N;
  static ComplexLanes constant(double value) { return {Lanes<N>::constant(value), Lanes<N>::constant(0)}; }
  /// kNumbers of them: real parts, then imaginary ones.
  static ComplexLanes load(const double* from) { return {Lanes<N>::load(from), Lanes<N>::load(from + N)}; }
  void store(double* to) const {
    re.store(to);
    im.store(to + N);
  }
};

/// sum -= a b.
template <Index N>
inline void subtract_product(const ComplexLanes<N>& a, const ComplexLanes<N>& b, ComplexLanes<N>& sum) {
  subtract_product(a.re, b.re, sum.re);
  add_product(a.im, b.im, sum.re);
  subtract_product(a.re, b.im, sum.im);
  subtract_product(a.im, b.re, sum.im);
}
template <Index N>
inline ComplexLanes<N> operator*(const ComplexLanes<N>& a, const ComplexLanes<N>& b) {
  ComplexLanes<N> result{a.re * b.re, a.re * b.im};
  subtract_product(a.im, b.im, result.re);
  add_product(a.im, b.re, result.im);
  return result;
}
template <Index N>
inline ComplexLanes<N> operator+(const ComplexLanes<N>& a, const ComplexLanes<N>& b) {
  return {a.re + b.re, a.im + b.im};
}
template <Index N>
inline ComplexLanes<N> operator-(const ComplexLanes<N>& a, const ComplexLanes<N>& b) {
  return {a.re - b.re, a.im - b.im};
}
/// 1 / a, for |a|^2 within the range of numbers.
template <Index N>
inline ComplexLanes<N> inverse(const ComplexLanes<N>& a) {
  Lanes<N> square = a.re * a.re;
  add_product(a.im, a.im, square);
  const Lanes<N> scale = Lanes<N>::constant(1) / square;
  return {a.re * scale, -(a.im * scale)};
}

// Of a lambda whose captures are to stay in registers.
#define PHYSGRAD_INLINED __attribute__((always_inline))

namespace detail {
template <class Body, std::size_t... I>
[[gnu::always_inline]] inline void unrolled(const Body& body, std::index_sequence<I...> /*indices*/) {
  (body(std::integral_constant<Index, static_cast<Index>(I)>()), ...);
}
}  // namespace detail

/// body(0), body(1) ... body(Count - 1), the index a constant, so that what it selects can stay in registers.
template <Index Count, class Body>
[[gnu::always_inline]] inline void unrolled(const Body& body) {
  detail::unrolled(body, std::make_index_sequence<static_cast<std::size_t>(Count)>());
}

}  // namespace physgrad
