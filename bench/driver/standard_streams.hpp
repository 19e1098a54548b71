#pragma once
// Standard input, output and error, which may be closed or full.
#include <string_view>

namespace physgrad::driver {

/// Keeps the numbers 0 to 2 from being given to files that are opened later, where the caller left one of them closed;
/// using it still fails.
void reserve_standard_descriptors();

/// Writes to standard error. Where that fails nobody can be told, and no work ends for it.
void tell(std::string_view text);

}  // namespace physgrad::driver
