#include "physgrad/pages/gnuplot_text.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace physgrad {
namespace {

constexpr std::size_t kLongestName = 44;  ///< of a bar

/// Bytes of the UTF-8 character that begins here; 0 where none does, or one that XML has no place for.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(0);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xc2 ? 0
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                             : first < 0xf5 ? 4
                                            : 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0u) != 0x80u) return 0;
  if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f) || (first == 0xf0 && byte(1) < 0x90) ||
      (first == 0xf4 && byte(1) > 0x8f) || (first == 0xef && byte(1) == 0xbf && byte(2) > 0xbd))
    return 0;
  return length;
}

}  // namespace

std::string printable_text(const std::string& text, std::size_t longest) {
  std::vector<std::string> characters;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(std::string_view(text).substr(at));
    const auto byte = static_cast<unsigned char>(text[at]);
    if (length == 0)
      characters.emplace_back("?");
    else if (byte < 0x20 || byte == 0x7f)
      characters.emplace_back(" ");
    else
      characters.push_back(text.substr(at, length));
    at += std::max<std::size_t>(length, 1);
  }
  if (characters.size() > longest) {
    const auto half = static_cast<std::ptrdiff_t>(longest / 2);
    characters.erase(characters.begin() + half, characters.end() - half);
    characters.insert(characters.begin() + half, "...");
  }
  std::string result;
  for (const std::string& character : characters) result += character;
  return result;
}

std::string gnuplot_literal(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "''" : std::string(1, c);
  return result + "'";
}

std::string gnuplot_text(const std::string& text) { return gnuplot_literal(printable_text(text)); }

std::string tick_text(const std::string& text) {
  std::string format;
  for (const char c : gnuplot_literal(printable_text(text, kLongestName)))
    format += c == '%' ? "%%" : std::string(1, c);
  return format;
}

}  // namespace physgrad
