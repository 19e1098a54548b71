#pragma once
// A problem of the catalogue, built.
#include <string>

#include "physgrad/catalogue/catalogue.hpp"

namespace physgrad {

/// The problem under these settings, which get what follows from its sizes. Where `widths_given`, they must fit: throws
/// UsageError.
[[nodiscard]] Problem build_problem(const Catalogue& catalogue, const std::string& name, Settings& settings,
                                    bool widths_given);

}  // namespace physgrad
