#pragma once
// What a cell is beside its names: numbers are compared only where these are equal.
#include <string>

#include "physgrad/catalogue/pair.hpp"

namespace physgrad {

/// Hashes of 16 hexadecimal digits, equal for equal content on every machine.
struct Identity {
  std::string task;   ///< problem, all its resolved settings, data, network, evaluation, targets and limits
  std::string setup;  ///< the task, and the method with all its resolved settings
};

/// Of a pair of this catalogue. `limits` is a text that says what bounds the cell. A seed is no part of an identity:
/// cells of one setup that differ in their seeds are repetitions.
[[nodiscard]] Identity identity_of(const Catalogue& catalogue, const ResolvedPair& pair, const std::string& limits);

}  // namespace physgrad
