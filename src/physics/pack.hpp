#pragma once
// One number of several samples side by side, in vector registers: what pointwise dynamics are written in.
#include "physgrad/core/types.hpp"

namespace physgrad {

/// kLanes doubles with the usual arithmetic, lane by lane. Two registers, so that one hides the other's latency; the
/// register is whatever Eigen vectorises doubles with, down to a plain double.
struct Pack {
  using Register = Eigen::internal::packet_traits<double>::type;
  static constexpr Index kRegister = Eigen::internal::packet_traits<double>::size;
  static constexpr Index kRegisters = 2;

  Register part[kRegisters];

  Pack() : Pack(0.0) {}
  Pack(double value) {  // NOLINT(google-explicit-constructor): constants mix with packs in formulas
    for (Register& each : part) each = Eigen::internal::pset1<Register>(value);
  }
  static Pack load(const double* from) {
    Pack result;
    for (Index k = 0; k < kRegisters; ++k) result.part[k] = Eigen::internal::ploadu<Register>(from + k * kRegister);
    return result;
  }
  void store(double* to) const {
    for (Index k = 0; k < kRegisters; ++k) Eigen::internal::pstoreu(to + k * kRegister, part[k]);
  }

  template <class Operation>
  static Pack map(const Pack& a, const Pack& b, Operation operation) {
    Pack result;
    for (Index k = 0; k < kRegisters; ++k) result.part[k] = operation(a.part[k], b.part[k]);
    return result;
  }
  Pack& operator+=(const Pack& other) { return *this = *this + other; }
  Pack& operator-=(const Pack& other) { return *this = *this - other; }

  friend Pack operator+(const Pack& a, const Pack& b) {
    return map(a, b, [](const Register& x, const Register& y) { return Eigen::internal::padd(x, y); });
  }
  friend Pack operator-(const Pack& a, const Pack& b) {
    return map(a, b, [](const Register& x, const Register& y) { return Eigen::internal::psub(x, y); });
  }
  friend Pack operator*(const Pack& a, const Pack& b) {
    return map(a, b, [](const Register& x, const Register& y) { return Eigen::internal::pmul(x, y); });
  }
  friend Pack operator/(const Pack& a, const Pack& b) {
    return map(a, b, [](const Register& x, const Register& y) { return Eigen::internal::pdiv(x, y); });
  }
  friend Pack operator-(const Pack& a) { return Pack(0.0) - a; }
  friend Pack sqrt(const Pack& a) {
    return map(a, a, [](const Register& x, const Register&) { return Eigen::internal::psqrt(x); });
  }
};

inline constexpr Index kLanes = Pack::kRegister * Pack::kRegisters;

/// a * b + c, fused where the machine can.
inline Pack multiply_add(const Pack& a, const Pack& b, const Pack& c) {
  Pack result;
  for (Index k = 0; k < Pack::kRegisters; ++k) result.part[k] = Eigen::internal::pmadd(a.part[k], b.part[k], c.part[k]);
  return result;
}

}  // namespace physgrad
