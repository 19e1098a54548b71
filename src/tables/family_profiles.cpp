#include "physgrad/tables/family_profiles.hpp"

#include <algorithm>

#include "physgrad/core/numbers.hpp"
#include "physgrad/tables/families.hpp"

namespace physgrad {

std::vector<FamilyMembers> families_in(const std::vector<std::string>& methods) {
  std::vector<FamilyMembers> result;
  for (std::size_t m = 0; m < methods.size(); ++m) {
    const std::string family = family_of(methods[m]);
    auto found = std::ranges::find(result, family, &FamilyMembers::family);
    if (found == result.end()) found = result.insert(found, {family, {}});
    found->members.push_back(m);
  }
  return result;
}

std::vector<double> ratios_of_best(const FamilyMembers& family, const std::vector<std::vector<double>>& ratios) {
  std::vector<double> best;
  for (const std::size_t member : family.members) {
    best.resize(ratios[member].size(), kInfinity);
    for (std::size_t i = 0; i < best.size(); ++i) best[i] = std::min(best[i], ratios[member][i]);
  }
  return best;
}

}  // namespace physgrad
