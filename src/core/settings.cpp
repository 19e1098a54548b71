#include "physgrad/core/settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "physgrad/core/numbers.hpp"

namespace physgrad {
namespace {

/// Length of the printable character of valid UTF-8 at the start of `text`, 0 where there is none.
std::size_t printable_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  const bool control = first == 0xc2 && byte(1) < 0xa0;
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool no_character = (first == 0xed && byte(1) >= 0xa0) || (first == 0xf4 && byte(1) >= 0x90);
  return control || overlong || no_character ? 0 : length;
}

SettingSpec number_setting(SettingKind kind, std::string key, double value, double low, double high, std::string text) {
  return {std::move(key), kind, value, std::move(text), low, high, {}};
}

const char* kind_name(SettingKind kind) {
  switch (kind) {
    case SettingKind::real:
      return "a number";
    case SettingKind::integer:
      return "a whole number";
    case SettingKind::boolean:
      return "true or false";
    case SettingKind::text:
      return "a text";
    case SettingKind::list:
      return "a list of numbers";
  }
  return "?";
}

[[noreturn]] void wrong_value(const SettingSpec& spec, const std::string& given, const std::string& expected) {
  throw UsageError(fmt::format("setting '{}' cannot be '{}'; expected {}", spec.key, given, expected));
}

std::string range_text(const SettingSpec& spec) {
  std::string text = kind_name(spec.kind);
  if (std::isfinite(spec.low) && std::isfinite(spec.high))
    return fmt::format("{} in [{}, {}]", text, spec.low, spec.high);
  if (std::isfinite(spec.low)) return fmt::format("{} of at least {}", text, spec.low);
  if (std::isfinite(spec.high)) return fmt::format("{} of at most {}", text, spec.high);
  return text;
}

void check_number(const SettingSpec& spec, double number) {
  const bool whole = spec.kind != SettingKind::integer || number == std::floor(number);
  if (!std::isfinite(number) || !whole || number < spec.low || number > spec.high)
    wrong_value(spec, fmt::format("{}", number), range_text(spec));
}

void check(const SettingSpec& spec, const SettingValue& value) {
  switch (spec.kind) {
    case SettingKind::real:
    case SettingKind::integer:
      if (const auto* number = std::get_if<double>(&value)) return check_number(spec, *number);
      break;
    case SettingKind::boolean:
      if (std::holds_alternative<bool>(value)) return;
      break;
    case SettingKind::text:
      if (const auto* text = std::get_if<std::string>(&value)) {
        if (spec.choices.empty() || std::ranges::find(spec.choices, *text) != spec.choices.end()) return;
        wrong_value(spec, *text, fmt::format("one of {}", fmt::join(spec.choices, ", ")));
      }
      break;
    case SettingKind::list:
      if (const auto* list = std::get_if<std::vector<double>>(&value)) {
        for (const double number : *list)
          if (!(number >= spec.low && number <= spec.high && number == std::floor(number)))
            wrong_value(spec, to_text(value), fmt::format("whole numbers in [{}, {}]", spec.low, spec.high));
        return;
      }
      break;
  }
  wrong_value(spec, to_text(value), spec.kind == SettingKind::text ? kind_name(spec.kind) : range_text(spec));
}

}  // namespace

std::string one_line(std::string_view text, std::size_t longest) {
  std::string line;
  while (!text.empty()) {
    const std::size_t length = printable_length(text);
    if (length == 0) line += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
    line += text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  constexpr std::string_view kCut = " ... ";
  if (line.size() <= longest) return line;
  const auto inside = [&](std::size_t at) { return (static_cast<unsigned char>(line[at]) & 0xc0) == 0x80; };
  std::size_t head = (longest - kCut.size()) / 2, tail = line.size() - head;
  while (head > 0 && inside(head)) --head;
  while (tail < line.size() && inside(tail)) ++tail;
  return line.substr(0, head).append(kCut).append(line, tail);
}

SettingSpec real_setting(std::string key, double value, double low, double high, std::string description) {
  return number_setting(SettingKind::real, std::move(key), value, low, high, std::move(description));
}
SettingSpec integer_setting(std::string key, double value, double low, double high, std::string description) {
  return number_setting(SettingKind::integer, std::move(key), value, low, high, std::move(description));
}
SettingSpec boolean_setting(std::string key, bool value, std::string description) {
  return {std::move(key), SettingKind::boolean, value, std::move(description)};
}
SettingSpec choice_setting(std::string key, std::string value, std::vector<std::string> choices,
                           std::string description) {
  SettingSpec spec{std::move(key), SettingKind::text, std::move(value), std::move(description)};
  spec.choices = std::move(choices);
  return spec;
}
SettingSpec text_setting(std::string key, std::string value, std::string description) {
  return {std::move(key), SettingKind::text, std::move(value), std::move(description)};
}
SettingSpec list_setting(std::string key, std::vector<double> value, std::string description) {
  return {std::move(key), SettingKind::list, std::move(value), std::move(description), 0, 1e6, {}};
}

SettingSpec tuned(SettingSpec spec, const TuningRange& range) {
  spec.tuning = range;
  return spec;
}

Settings::Settings(std::vector<SettingSpec> specs) {
  for (SettingSpec& spec : specs) {
    const auto same = std::ranges::find(specs_, spec.key, &SettingSpec::key);
    if (same != specs_.end())
      *same = std::move(spec);
    else
      specs_.push_back(std::move(spec));
  }
  for (const SettingSpec& spec : specs_) check(spec, spec.value);
}

bool Settings::knows(const std::string& key) const {
  return std::ranges::find(specs_, key, &SettingSpec::key) != specs_.end();
}

void Settings::set(const std::string& key, const SettingValue& value) {
  const auto spec = std::ranges::find(specs_, key, &SettingSpec::key);
  if (spec == specs_.end()) {
    std::vector<std::string> known;
    for (const SettingSpec& each : specs_) known.push_back(each.key);
    throw UsageError(unknown_name_message("setting", key, std::move(known)));
  }
  check(*spec, value);
  spec->value = value;
}

const SettingSpec& Settings::find(const std::string& key) const {
  const auto spec = std::ranges::find(specs_, key, &SettingSpec::key);
  if (spec == specs_.end()) throw std::logic_error(fmt::format("setting '{}' was never declared", key));
  return *spec;
}

double Settings::real(const std::string& key) const { return std::get<double>(find(key).value); }
long Settings::integer(const std::string& key) const { return std::lround(real(key)); }
bool Settings::boolean(const std::string& key) const { return std::get<bool>(find(key).value); }
const std::string& Settings::text(const std::string& key) const { return std::get<std::string>(find(key).value); }
const std::vector<double>& Settings::list(const std::string& key) const {
  return std::get<std::vector<double>>(find(key).value);
}

SettingMap Settings::values() const {
  SettingMap result;
  for (const SettingSpec& spec : specs_) result[spec.key] = spec.value;
  return result;
}

namespace {
/// Letters to insert, remove, replace, or exchange with their neighbour: optimal string alignment.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before = std::exchange(above, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), above[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

/// Whether one is a part of the other, and long enough to say something.
bool contains_part(std::string_view a, std::string_view b) {
  constexpr std::size_t kTelling = 3;
  if (std::min(a.size(), b.size()) < kTelling) return false;
  return a.find(b) != std::string_view::npos || b.find(a) != std::string_view::npos;
}
}  // namespace

std::string nearest_name(std::string_view name, const std::vector<std::string>& known) {
  name = name.substr(0, 100);  // no name is longer; a whole file given as one would take minutes
  const auto farness = [&](const std::string& candidate) {
    return std::pair(!contains_part(name, candidate), edit_distance(name, candidate));
  };
  const auto nearest = std::ranges::min_element(known, {}, farness);
  return nearest == known.end() ? std::string{} : *nearest;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

std::string unknown_name_message(std::string_view what, std::string_view name, std::vector<std::string> known) {
  if (known.empty()) return fmt::format("unknown {} '{}'; there is none", what, name);
  std::ranges::sort(known);
  return fmt::format("unknown {} '{}'; did you mean '{}'? known: {}", what, name, nearest_name(name, known),
                     fmt::join(known, ", "));
}

namespace {
std::vector<double> parse_list(const SettingSpec& spec, std::string_view text) {
  std::vector<double> list;
  for (std::size_t at = 0; at <= text.size() && !text.empty();) {
    const std::size_t end = std::min(text.find_first_of(",-", at), text.size());
    const std::string_view entry = text.substr(at, end - at);
    const std::optional<double> number = read_number(entry);
    if (!number)
      throw UsageError(fmt::format("setting '{}' cannot be '{}': '{}' is no number; expected a list such as 64-20-64",
                                   spec.key, text, entry));
    list.push_back(*number);
    at = end + 1;
  }
  return list;
}
}  // namespace

SettingValue parse_setting(const SettingSpec& spec, std::string_view text) {
  switch (spec.kind) {
    case SettingKind::real:
    case SettingKind::integer:
      if (const std::optional<double> number = read_number(text)) return *number;
      wrong_value(spec, std::string(text), range_text(spec));
    case SettingKind::boolean:
      if (text != "true" && text != "false") wrong_value(spec, std::string(text), kind_name(spec.kind));
      return text == "true";
    case SettingKind::list:
      return parse_list(spec, text);
    case SettingKind::text:
      break;
  }
  return std::string(text);
}

std::string to_text(const SettingValue& value) {
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return fmt::format("{}", fmt::join(std::get<std::vector<double>>(value), "-"));
}

}  // namespace physgrad
