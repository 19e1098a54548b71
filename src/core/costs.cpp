#include "physgrad/core/costs.hpp"

#include <algorithm>

namespace physgrad {
namespace {

constexpr double Costs::*kParts[] = {&Costs::simulations,    &Costs::simulator_jvps,        &Costs::simulator_vjps,
                                     &Costs::network_passes, &Costs::network_jvps,          &Costs::network_vjps,
                                     &Costs::decompositions, &Costs::sample_decompositions, &Costs::flops};

}  // namespace

Costs& Costs::operator+=(const Costs& more) {
  for (const auto part : kParts) this->*part += more.*part;
  return *this;
}

Costs Costs::operator-(const Costs& before) const {
  Costs result = *this;
  for (const auto part : kParts) result.*part -= before.*part;
  return result;
}

double svd_flops(double rows, double cols) {
  const double small = std::min(rows, cols), large = std::max(rows, cols);
  return (14 * large + 8 * small) * small * small;
}

}  // namespace physgrad
