#include "physgrad/pages/latex_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <string_view>
#include <utility>

#include "physgrad/pages/display_width.hpp"

namespace physgrad {
namespace {

struct Escaped {
  std::string_view letter, latex;
};

/// Quotes, < and > are other characters in the oldest of TeX's encodings, which is still the default.
constexpr Escaped kAscii[] = {{"&", "\\&"},
                              {"%", "\\%"},
                              {"$", "\\$"},
                              {"#", "\\#"},
                              {"_", "\\_"},
                              {"{", "\\{"},
                              {"}", "\\}"},
                              {"\\", "\\textbackslash{}"},
                              {"~", "\\textasciitilde{}"},
                              {"^", "\\textasciicircum{}"},
                              {"<", "\\textless{}"},
                              {">", "\\textgreater{}"},
                              {"|", "\\textbar{}"},
                              {"\"", "\\char34{}"},
                              {"`", "\\char96{}"}};

constexpr Escaped kSigns[] = {{"×", "$\\times$"},
                              {"·", "$\\cdot$"},
                              {"±", "$\\pm$"},
                              {"°", "$^\\circ$"},
                              {"²", "$^2$"},
                              {"³", "$^3$"},
                              {"µ", "$\\mu$"},
                              {"–", "--"},
                              {"—", "---"},
                              {"…", "\\ldots{}"},
                              {"‘", "`"},
                              {"’", "'"},
                              {"“", "``"},
                              {"”", "''"},
                              {"→", "$\\rightarrow$"},
                              {"←", "$\\leftarrow$"},
                              {"≤", "$\\le$"},
                              {"≥", "$\\ge$"},
                              {"≠", "$\\ne$"},
                              {"≈", "$\\approx$"},
                              {"∞", "$\\infty$"},
                              {"∂", "$\\partial$"},
                              {"∇", "$\\nabla$"},
                              {"√", "$\\surd$"},
                              {"−", "$-$"},
                              {"Σ", "$\\Sigma$"},
                              {"∈", "$\\in$"},
                              {"‖", "$\\Vert$"},
                              {"†", "$\\dagger$"},
                              {"∘", "$\\circ$"}};

constexpr const char* kGreek[] = {"alpha",  "beta", "gamma", "delta",    "varepsilon", "zeta", "eta",
                                  "theta",  "iota", "kappa", "lambda",   "mu",         "nu",   "xi",
                                  "o",      "pi",   "rho",   "varsigma", "sigma",      "tau",  "upsilon",
                                  "varphi", "chi",  "psi",   "omega"};
constexpr std::pair<std::uint32_t, const char*> kGreekCapitals[] = {
    {0x393, "Gamma"}, {0x394, "Delta"},   {0x398, "Theta"}, {0x39b, "Lambda"}, {0x39e, "Xi"},   {0x3a0, "Pi"},
    {0x3a3, "Sigma"}, {0x3a5, "Upsilon"}, {0x3a6, "Phi"},   {0x3a8, "Psi"},    {0x3a9, "Omega"}};

std::uint32_t code_of(std::string_view letter) {
  std::uint32_t code = static_cast<unsigned char>(letter[0]) & (letter.size() == 2   ? 0x1fu
                                                                : letter.size() == 3 ? 0x0fu
                                                                                     : 0x07u);
  for (const char next : letter.substr(1)) code = code << 6 | (static_cast<unsigned char>(next) & 0x3f);
  return code;
}

/// Latin letters that the default encoding makes of letters and accents.
bool is_set_up(std::uint32_t code) {
  constexpr std::array<std::uint32_t, 4> kOtherEncodings = {0xd0, 0xde, 0xf0, 0xfe};
  return code >= 0xc0 && code <= 0xff && code != 0xd7 && code != 0xf7 &&
         std::ranges::find(kOtherEncodings, code) == kOtherEncodings.end();
}

std::string beyond_ascii(std::string_view letter) {
  for (const Escaped& sign : kSigns)
    if (sign.letter == letter) return std::string(sign.latex);
  const std::uint32_t code = code_of(letter);
  if (is_set_up(code)) return std::string(letter);
  if (code >= 0x3b1 && code <= 0x3c9) {
    const std::string name = kGreek[code - 0x3b1];
    return name == "o" ? "$o$" : "$\\" + name + "$";
  }
  for (const auto& [capital, name] : kGreekCapitals)
    if (capital == code) return fmt::format("$\\{}$", name);
  return fmt::format("U+{:04X}", code);
}

/// Two of these become one sign.
bool is_ligature(std::string_view letter, std::string_view next) {
  return (letter == "-" || letter == "'" || letter == ",") && letter == next;
}

}  // namespace

std::string latex_text(const std::string& text, bool breakable) {
  std::string result;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view letter = first_character(rest);
    rest.remove_prefix(letter.size());
    const auto escaped = std::ranges::find(kAscii, letter, &Escaped::letter);
    if (letter.size() > 1)
      result += beyond_ascii(letter);
    else if (escaped != std::end(kAscii))
      result += escaped->latex;
    else if (result.empty() && (letter == "[" || letter == "*"))
      result += fmt::format("{{{}}}", letter);  // would be an argument of the line end before
    else
      result += letter;
    if (rest.empty()) break;
    if (is_ligature(letter, first_character(rest))) result += "{}";
    if (breakable && rest.front() != ' ' && std::string_view(",=:/-.;)").find(letter) != std::string_view::npos)
      result += "\\allowbreak{}";
  }
  return result;
}

std::string latex_number(const std::string& text) {
  if (text == "-") return "--";
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto digits_from = [&](std::size_t first) {
      std::size_t end = first;
      while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
      return end;
    };
    const bool behind_digit = at > 0 && std::isdigit(static_cast<unsigned char>(text[at - 1])) != 0;
    const bool exponent = behind_digit && text[at] == 'e' && at + 2 < text.size() &&
                          (text[at + 1] == '-' || text[at + 1] == '+') && digits_from(at + 2) > at + 2;
    if (exponent) {
      const std::size_t end = digits_from(at + 2), first = std::min(text.find_first_not_of('0', at + 2), end - 1);
      result += fmt::format("$\\cdot10^{{{}{}}}$", text[at + 1] == '-' ? "-" : "", text.substr(first, end - first));
      at = end;
    } else if (text.compare(at, 3, "inf") == 0) {
      result += "$\\infty$";
      at += 3;
    } else if (text[at] == '~') {
      result += "$\\sim$";
      ++at;
    } else if (text[at] == '-') {
      result += "$-$";
      ++at;
    } else {
      const std::size_t length = first_character(std::string_view(text).substr(at)).size();
      result += latex_text(text.substr(at, length));
      at += length;
    }
  }
  return result;
}

}  // namespace physgrad
