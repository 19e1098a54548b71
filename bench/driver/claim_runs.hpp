#pragma once
// The runs that claims are judged by, measured.
#include <string>

#include "physgrad/claims/claims_file.hpp"
#include "verbs.hpp"

namespace physgrad::driver {

/// Measures every run that the claims ask for, each in its own directory under `out`; returns the first exit code of
/// `run` that is not 0.
[[nodiscard]] int measure_claims(const ClaimsFile& file, const std::string& out, bool quiet, const Call& call);

}  // namespace physgrad::driver
