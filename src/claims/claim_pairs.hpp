#pragma once
// Which cells of a report decide a claim, and what they say of equal seeds. Only like is set against like.
#include <string>
#include <vector>

#include "physgrad/claims/claim.hpp"
#include "physgrad/record/report.hpp"

namespace physgrad {

struct ClaimPairs {
  std::vector<double> a, b;          ///< of every distinct pair
  std::vector<std::string> trouble;  ///< what kept cells and pairs out
};
/// No pairs where a side is of several setups, or where the sides' tasks differ in more than the settings that the
/// claim names.
[[nodiscard]] ClaimPairs claim_pairs(const Claim& claim, const Report& report);

}  // namespace physgrad
