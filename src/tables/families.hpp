#pragma once
// Families of methods and how each looks: Okabe and Ito's colours (https://jfly.uni-koeln.de/color/), a dash and
// symbols. What tells two lines apart without colour is the pair of dash and symbol; shades are an aid.
#include <cstddef>
#include <string>
#include <vector>

namespace physgrad {

/// "dp", "pg", "hig", "gn" (with lm and spring), "second-order", "composition" or "other": by the method's name, which
/// may have settings behind it.
[[nodiscard]] std::string family_of(const std::string& method);

/// A family in words: "DP, first order", "GN and damped".
[[nodiscard]] std::string family_title(const std::string& family);

/// What parts of a bar are for, which has a colour too: of a phase ("linear_algebra") or a use of memory
/// ("decomposition") a name such as "stack-decomposition".
[[nodiscard]] std::string stack_family(const std::string& part);

/// Of what is not a method's but what methods are to reach: drawn broad and grey, behind them.
inline constexpr const char* kReferenceFamily = "reference";

struct Look {
  std::string variable;  ///< "dp", "dp-2": of a style sheet, without what all names begin with
  std::string colour;    ///< on white, "#0072b2"; no two looks of different variables share it
  std::string dark;      ///< the same on a dark page
  std::string dash;      ///< "8,3": on and off in multiples of a pixel; empty: solid
  int symbol = 0;        ///< 0 to kSymbols - 1
};
inline constexpr int kSymbols = 6;
inline constexpr std::size_t kShades = 3;

/// The look of a family's variant; the first kShades have a colour each, and the first 18 a dash and symbol each.
[[nodiscard]] Look look_of(const std::string& family, std::size_t variant);

/// Variants for lines with these labels and families, in their order: a method of the catalogue keeps its own in every
/// picture, the others take what is free; equal labels are equal.
[[nodiscard]] std::vector<std::size_t> variants_of(const std::vector<std::string>& labels,
                                                   const std::vector<std::string>& families);

/// Every look that has a colour of its own: families with their shades, and parts of bars.
[[nodiscard]] std::vector<Look> all_looks();

}  // namespace physgrad
