#pragma once
// One update, opened for cross-checking against any other implementation.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "physgrad/catalogue/catalogue.hpp"
#include "physgrad/core/types.hpp"

namespace physgrad {

struct InspectRequest {
  std::string problem, method;             ///< may be empty with `weights`, which name them
  std::optional<std::uint64_t> seed = {};  ///< none: that of the weights, else 0
  Index batch = 0;                         ///< 0: the setting's where it is given, otherwise 8
  std::vector<std::string> sets;
  std::string config;
  std::string weights;  ///< a file of weights that the update starts from; empty: those that the seed means
  bool jacobian = false;
};

/// The update with everything it was made from, as one line of JSON. The batch is the first samples of the seed's
/// training data. With weights the settings are those of their file where the request says none: of the problem, and of
/// the method where it is the same. Throws UsageError for what cannot be carried out, std::runtime_error for an update
/// that is not finite.
[[nodiscard]] std::string inspection(const Catalogue& catalogue, const InspectRequest& request);

}  // namespace physgrad
