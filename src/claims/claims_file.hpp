#pragma once
// Claims as a file has them.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "physgrad/claims/claim.hpp"
#include "physgrad/files/json.hpp"

namespace physgrad {

struct ClaimsFile {
  std::map<std::string, Json> runs;  ///< by name, as the file has them: what `run --config` takes
  std::vector<Claim> claims;
};

/// docs/claims.json as it was when the program was built.
[[nodiscard]] std::string_view embedded_claims();
/// Throws ReadError naming `source` and the place: unknown keys, names of metrics and relations, wrong kinds.
[[nodiscard]] ClaimsFile parse_claims(std::string_view text, const std::string& source);

}  // namespace physgrad
