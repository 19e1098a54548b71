#pragma once
// A cell as one value: made from a pair that a catalogue resolved, and the pair again from the value.
#include <string>

#include "physgrad/catalogue/pair.hpp"
#include "physgrad/record/cell_spec.hpp"

namespace physgrad {

/// What this program is: that of the library, and what its catalogue adds.
[[nodiscard]] std::string program_of(const Catalogue& catalogue);

/// Infinite limits are absent ones, as JSON has them.
[[nodiscard]] CellLimits absent_where_infinite(CellLimits limits);

/// The cell of this program, under these limits.
[[nodiscard]] CellSpec spec_of(const Catalogue& catalogue, const CellKey& key, const CellLimits& limits,
                               const ResolvedPair& pair);

/// Problem and method as the specification says, with this program. Throws UsageError: settings that do not fit, and
/// identities that are not those of what was built, because data have changed or settings were edited; a specification
/// without identities takes what comes.
[[nodiscard]] ResolvedPair pair_of(const Catalogue& catalogue, const CellSpec& spec);

}  // namespace physgrad
