#pragma once
// JSON for those who are in a hurry: reports have hundreds of megabytes. What is right is read as nlohmann's parser
// reads it; of what is not, it says so and no more, and that parser finds the words.
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

#include "physgrad/files/byte_reader.hpp"

namespace physgrad {

/// Appends a code point that is no surrogate.
void append_utf8(std::uint32_t code, std::string& text);

/// `Events`: as those of nlohmann::json::sax_parse, and throwing where nesting is too deep.
template <class Events>
class JsonScanner {
 public:
  JsonScanner(ByteReader& bytes, Events& events) : bytes_(bytes), events_(events) {}

  /// False where the bytes are not one JSON value and nothing else, or a number in it is too large for a double.
  bool scan() {
    if (bytes_.peek() == 0xEF && !skip("\xEF\xBB\xBF")) return false;  // the mark of UTF-8
    return value(next()) && next() == kEnd;
  }

 private:
  static constexpr int kEnd = ByteReader::kEnd;

  /// What stands behind any white space, which is not taken.
  int next() {
    for (;;) {
      const int byte = bytes_.peek();
      if (byte != ' ' && byte != '\n' && byte != '\r' && byte != '\t') return byte;
      bytes_.drop();
    }
  }
  bool skip(std::string_view expected) {
    for (const char each : expected) {
      if (bytes_.peek() != static_cast<unsigned char>(each)) return false;
      bytes_.drop();
    }
    return true;
  }

  bool value(int first) {
    switch (first) {
      case '{':
        return object();
      case '[':
        return array();
      case '"':
        return text() && events_.string(token_);
      case 't':
        return skip("true") && events_.boolean(true);
      case 'f':
        return skip("false") && events_.boolean(false);
      case 'n':
        return skip("null") && events_.null();
      default:
        return (first == '-' || is_digit(first)) && number();
    }
  }

  bool object() {
    bytes_.drop();
    if (!events_.start_object(static_cast<std::size_t>(-1))) return false;
    if (next() == '}') return bytes_.drop(), events_.end_object();
    for (;;) {
      if (next() != '"' || !text() || !events_.key(token_) || next() != ':') return false;
      bytes_.drop();
      if (!value(next())) return false;
      const int end = next();
      if (end != ',' && end != '}') return false;
      bytes_.drop();
      if (end == '}') return events_.end_object();
    }
  }

  bool array() {
    bytes_.drop();
    if (!events_.start_array(static_cast<std::size_t>(-1))) return false;
    if (next() == ']') return bytes_.drop(), events_.end_array();
    for (;;) {
      if (!value(next())) return false;
      const int end = next();
      if (end != ',' && end != ']') return false;
      bytes_.drop();
      if (end == ']') return events_.end_array();
    }
  }

  static bool is_digit(int byte) { return byte >= '0' && byte <= '9'; }
  static bool is_of_number(unsigned char byte) {
    return is_digit(byte) || byte == '.' || byte == '-' || byte == '+' || (byte | 0x20) == 'e';
  }

  bool number() {
    token_.clear();
    bytes_.take_while(is_of_number, token_);
    const char* at = token_.c_str();  // its end is no digit
    const auto digits = [&at] {
      const char* const begin = at;
      while (is_digit(*at)) ++at;
      return at != begin;
    };
    const bool negative = *at == '-';
    if (negative) ++at;
    if (*at == '0')
      ++at;
    else if (!digits())
      return false;
    const char* const whole = at;
    if (*at == '.' && (++at, !digits())) return false;
    if (*at == 'e' || *at == 'E') {
      ++at;
      if (*at == '+' || *at == '-') ++at;
      if (!digits()) return false;
    }
    if (*at != '\0') return false;
    if (at == whole && negative && read_whole<std::int64_t>()) return events_.number_integer(signed_);
    if (at == whole && !negative && read_whole<std::uint64_t>()) return events_.number_unsigned(unsigned_);
    const double number = real();
    return std::isfinite(number) && events_.number_float(number, token_);
  }
  /// False where it does not fit.
  template <class Whole>
  bool read_whole() {
    Whole number = 0;
    const auto result = std::from_chars(token_.data(), token_.data() + token_.size(), number);
    if constexpr (std::is_signed_v<Whole>)
      signed_ = number;
    else
      unsigned_ = number;
    return result.ec == std::errc();
  }
  [[nodiscard]] double real() const {
    double number = 0;
    const auto result = std::from_chars(token_.data(), token_.data() + token_.size(), number);
    // Beyond the range of a double the standard leaves open what it is; strtod says infinity, 0 or the nearest.
    return result.ec == std::errc() ? number : std::strtod(token_.c_str(), nullptr);
  }

  static bool is_plain(unsigned char byte) { return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\'; }

  bool text() {
    bytes_.drop();
    token_.clear();
    for (;;) {
      bytes_.take_while(is_plain, token_);
      const int byte = bytes_.peek();
      if (byte == '"') return bytes_.drop(), true;
      if (byte == '\\' ? !escape() : byte < 0x80 || !multibyte(byte)) return false;
    }
  }

  bool escape() {
    bytes_.drop();
    const int letter = bytes_.peek();
    if (letter == kEnd) return false;
    bytes_.drop();
    constexpr std::string_view kLetters = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
    if (letter == 'u') return code_point();
    const std::size_t at = kLetters.find(static_cast<char>(letter));
    if (at == std::string_view::npos) return false;
    token_ += kMeant[at];
    return true;
  }
  /// Behind "\u"; one beyond 16 bits is written as two.
  bool code_point() {
    std::uint32_t code = 0, low = 0;
    if (!four_digits(code)) return false;
    if (code >= 0xDC00 && code <= 0xDFFF) return false;
    if (code >= 0xD800 && code <= 0xDBFF) {
      if (!skip("\\u") || !four_digits(low) || low < 0xDC00 || low > 0xDFFF) return false;
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(code, token_);
    return true;
  }
  bool four_digits(std::uint32_t& code) {
    for (int i = 0; i < 4; ++i) {
      const int byte = bytes_.peek();
      const int letter = byte | 0x20;
      if (!is_digit(byte) && (byte == kEnd || letter < 'a' || letter > 'f')) return false;
      code = code * 16 + static_cast<std::uint32_t>(is_digit(byte) ? byte - '0' : letter - 'a' + 10);
      bytes_.drop();
    }
    return true;
  }

  void take() {
    token_ += static_cast<char>(bytes_.peek());
    bytes_.drop();
  }
  /// Well-formed UTF-8 alone (Unicode, table 3-7): nothing longer than it need be, no surrogates, nothing beyond
  /// 10FFFF.
  bool multibyte(int lead) {
    if (lead < 0xC2 || lead > 0xF4) return false;
    const int more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    int low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    take();
    for (int i = 0; i < more; ++i) {
      if (bytes_.peek() < low || bytes_.peek() > high) return false;
      take();
      low = 0x80;
      high = 0xBF;
    }
    return true;
  }

  ByteReader& bytes_;
  Events& events_;
  std::string token_;
  std::int64_t signed_ = 0;
  std::uint64_t unsigned_ = 0;
};

}  // namespace physgrad
