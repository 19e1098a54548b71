#pragma once
// Text that pdflatex sets as it is, whatever it holds.
#include <string>

namespace physgrad {

/// Every special character escaped, ligatures broken. Beyond ASCII: Latin letters, Greek and the common signs of
/// formulas; any other character as U+ and its number, because pdflatex stops at what its fonts lack. `breakable`
/// permits a line end within long words, behind commas and the like. Needs no package.
[[nodiscard]] std::string latex_text(const std::string& text, bool breakable = false);

/// What stands in a column of numbers: powers of ten, signs and infinities as formulas.
[[nodiscard]] std::string latex_number(const std::string& text);

}  // namespace physgrad
