#pragma once
// Performance profiles (Dolan and More 2002, Mathematical Programming 91, 201): rho(tau) is the share of instances on
// which a method needs at most tau times what the best method there needs.
#include <string>
#include <vector>

#include "physgrad/tables/instances.hpp"

namespace physgrad {

/// A line of a profile: a method, or a family's methods as if they were one.
struct Profile {
  std::string label, family;
  std::size_t tried = 0;            ///< instances
  std::vector<double> ratios = {};  ///< to the best, of medians over seeds; infinite where it missed, or every one did
};

/// A profile of each method; infinite too where it has no cells.
[[nodiscard]] std::vector<Profile> method_profiles(const std::vector<Instance>& instances, Abscissa abscissa,
                                                   const std::vector<std::string>& methods);

/// What stands for a family on an instance, among its methods that were tried there. The cheapest one is a choice made
/// afterwards, of which a family with many methods has more; the median is what an arbitrary member does, and falls
/// with every poor one.
enum class Member { cheapest, median };
[[nodiscard]] const char* to_text(Member member);
/// A profile of each family of `methods`, its label with how many they are: "GN and damped: cheapest of 5". Ratios are
/// to the best family by the same member.
[[nodiscard]] std::vector<Profile> family_profiles(const std::vector<Instance>& instances, Abscissa abscissa,
                                                   const std::vector<std::string>& methods, Member member);

inline constexpr const char* kFamilyNote =
    "A family's cheapest is its best method of each instance, chosen afterwards: of two equal families the one with "
    "more "
    "methods has more chances. The median of its methods that were tried there has no such advantage, and suffers from "
    "every poor one. Each is compared with the best family by the same.";

/// rho(tau) of one line's ratios; NaN where there are none.
[[nodiscard]] double share_within(const std::vector<double>& ratios, double tau);

}  // namespace physgrad
