#pragma once
// What is known of a cell before its first step: the same whether its own process says it, or the driver of one that
// never came so far.
#include "physgrad/catalogue/catalogue.hpp"
#include "physgrad/catalogue/identity.hpp"
#include "physgrad/record/record.hpp"

namespace physgrad::driver {

/// With infinite bounds as absent ones, as they come back from JSON and from a command line.
[[nodiscard]] CellLimits absent_where_infinite(CellLimits limits);

[[nodiscard]] Identity identity_under(const CellLimits& limits, const ResolvedPair& pair);

/// Key, identities, settings, limits and program; the machine is the caller's to say.
[[nodiscard]] CellRecord identified(const CellKey& cell, const CellLimits& limits, const ResolvedPair& pair);

}  // namespace physgrad::driver
