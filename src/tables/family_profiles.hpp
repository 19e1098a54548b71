#pragma once
// Families of methods as rows: on each instance what the best member needs.
#include <string>
#include <vector>

namespace physgrad {

struct FamilyMembers {
  std::string family;
  std::vector<std::size_t> members;  ///< indices into the methods asked for
};
/// The families of these methods (tables/families.hpp), in the order of their first members.
[[nodiscard]] std::vector<FamilyMembers> families_in(const std::vector<std::string>& methods);

/// On every instance the smallest of the members' ratios (tables/profiles.hpp), a row of which is a method's.
[[nodiscard]] std::vector<double> ratios_of_best(const FamilyMembers& family,
                                                 const std::vector<std::vector<double>>& ratios);

/// Why a row of a larger family is not to be read as a method's.
inline constexpr const char* kFamilyNote =
    "Of each family the member that is best there, chosen afterwards: a family of many members has more chances than "
    "one of few, and nobody has its row without knowing which member to take.";

}  // namespace physgrad
