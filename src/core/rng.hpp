#pragma once
// Reproducible random numbers: the same seed gives the same numbers with every standard library.
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

#include "physgrad/core/types.hpp"

namespace physgrad {

/// A stream of random numbers. Streams with different names are independent although they share the run's seed.
class Rng {
 public:
  /// The stream `name` of `seed`, e.g. Rng(7, "weights").
  Rng(std::uint64_t seed, std::string_view name);

  /// Uniform in [low, high).
  double uniform(double low, double high);
  /// Standard normal (Box-Muller, so that it does not depend on the library's std::normal_distribution).
  double normal();
  /// Uniform integer in [low, high], both ends included.
  Index integer(Index low, Index high);
  /// [rows x cols] of uniform numbers, filled column by column.
  Matrix uniform_matrix(Index rows, Index cols, double low, double high);
  /// A random order of 0 .. count-1 (Fisher-Yates).
  std::vector<Index> permutation(Index count);

 private:
  std::mt19937_64 engine_;
};

/// Mixes 64-bit words into one (SplitMix64 finaliser); also used for trajectory hashes.
[[nodiscard]] std::uint64_t mix_bits(std::uint64_t hash, std::uint64_t word);

}  // namespace physgrad
