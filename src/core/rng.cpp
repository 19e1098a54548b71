#include "physgrad/core/rng.hpp"

#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace physgrad {

std::uint64_t mix_bits(std::uint64_t hash, std::uint64_t word) {
  std::uint64_t z = (hash ^ word) + 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

namespace {
std::uint64_t stream_seed(std::uint64_t seed, std::string_view name) {
  std::uint64_t hash = mix_bits(0, seed);
  for (const char c : name) hash = mix_bits(hash, static_cast<unsigned char>(c));
  return hash;
}
}  // namespace

Rng::Rng(std::uint64_t seed, std::string_view name) : engine_(stream_seed(seed, name)) {}

double Rng::uniform(double low, double high) {
  const double unit = static_cast<double>(engine_() >> 11) * 0x1.0p-53;
  return low + (high - low) * unit;
}

double Rng::normal() {
  // 1 - u is in (0, 1], so that the logarithm is finite.
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform(0.0, 1.0)));
  return radius * std::cos(2.0 * std::numbers::pi * uniform(0.0, 1.0));
}

Index Rng::integer(Index low, Index high) {
  const auto span = static_cast<double>(high - low + 1);
  return low + static_cast<Index>(uniform(0.0, span));
}

Matrix Rng::uniform_matrix(Index rows, Index cols, double low, double high) {
  Matrix result(rows, cols);
  for (Index j = 0; j < cols; ++j)
    for (Index i = 0; i < rows; ++i) result(i, j) = uniform(low, high);
  return result;
}

std::vector<Index> Rng::permutation(Index count) {
  std::vector<Index> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), Index{0});
  for (Index i = count - 1; i > 0; --i)
    std::swap(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(integer(0, i))]);
  return order;
}

}  // namespace physgrad
