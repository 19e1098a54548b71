#pragma once
// What there is: problems, methods, the parts that methods are made of, and which pairs run.
#include <string>
#include <vector>

#include "physgrad/catalogue/catalogue.hpp"

namespace physgrad {

struct ListingRequest {
  std::string list;                            ///< of listing_names(); empty: all that the selection is about
  std::vector<std::string> names;              ///< patterns for what that list names
  std::vector<std::string> problems, methods;  ///< patterns; empty: all
};

/// "problems", "methods", "pairs", "parts".
[[nodiscard]] const std::vector<std::string>& listing_names();

/// For people, or as a JSON object with a key for each list. Throw UsageError for an unknown list, for names that
/// nothing has, and for a selection of what the list does not name.
[[nodiscard]] std::string listing_text(const Catalogue& catalogue, const ListingRequest& request);
[[nodiscard]] std::string listing_json(const Catalogue& catalogue, const ListingRequest& request);

}  // namespace physgrad
