#pragma once
// Settings: what a problem or method can be asked to do differently, with ranges, so that a wrong value is a clear
// message.
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace physgrad {

/// `text` as one line of valid UTF-8: control characters and stray bytes become "\\xNN", and what is longer than
/// `longest` loses its middle.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t longest = std::string_view::npos);

/// A request that cannot be carried out as given: unknown name, wrong type, number out of range. Exit code 2.
class UsageError : public std::invalid_argument {
 public:
  static constexpr std::size_t kLongest = 2000;
  /// What a message quotes may come from anywhere; what() is one line of at most kLongest bytes all the same.
  explicit UsageError(std::string_view message) : std::invalid_argument(one_line(message, kLongest)) {}
};

using SettingValue = std::variant<double, bool, std::string, std::vector<double>>;
using SettingMap = std::map<std::string, SettingValue>;

enum class SettingKind { real, integer, boolean, text, list };

class Settings;

/// Where a tuner may look for a setting's value; of one with choices these have numbers, from 0 in their order.
struct TuningRange {
  double low = 0, high = 0;
  bool logarithmic = true;
  double around = 0;         ///< where it is not 0: this factor to each side of the present value, instead of both
  bool unless_zero = false;  ///< a value of 0 switches something off and stays
  bool of_inverse = false;   ///< of a step that an inverse scales: rates are near 1, and a batch costs its cube
};

/// One setting that a problem or method knows.
struct SettingSpec {
  std::string key;
  SettingKind kind = SettingKind::real;
  SettingValue value;  ///< the default
  std::string description;
  double low = -std::numeric_limits<double>::infinity();  ///< smallest allowed number
  double high = std::numeric_limits<double>::infinity();  ///< largest allowed number
  std::vector<std::string> choices = {};                  ///< allowed texts; empty: any
  /// What held before it could be set. Identities leave it out at this value, so that cells of then and now are equal.
  std::optional<SettingValue> historic = {};
  std::optional<TuningRange> tuning = {};  ///< none: a tuner keeps the value
  /// Why it changes nothing beside these settings, which know it; empty where it does. Null: it always does.
  std::function<std::string(const Settings&)> idle = {};
};

[[nodiscard]] SettingSpec real_setting(std::string key, double value, double low, double high, std::string description);
[[nodiscard]] SettingSpec integer_setting(std::string key, double value, double low, double high,
                                          std::string description);
[[nodiscard]] SettingSpec boolean_setting(std::string key, bool value, std::string description);
[[nodiscard]] SettingSpec choice_setting(std::string key, std::string value, std::vector<std::string> choices,
                                         std::string description);
[[nodiscard]] SettingSpec text_setting(std::string key, std::string value, std::string description);
[[nodiscard]] SettingSpec list_setting(std::string key, std::vector<double> value, std::string description);

/// The same with a range for tuning.
[[nodiscard]] SettingSpec tuned(SettingSpec spec, const TuningRange& range);

/// Resolved settings: every known key has a checked value.
class Settings {
 public:
  Settings() = default;
  /// All defaults. Later specs with the same key replace earlier ones.
  explicit Settings(std::vector<SettingSpec> specs);

  /// Checks and stores. Throws UsageError: unknown key (lists the known ones and the nearest), wrong kind, out of
  /// range.
  void set(const std::string& key, const SettingValue& value);
  [[nodiscard]] bool knows(const std::string& key) const;

  // Typed access; throws std::logic_error where the key or its kind is wrong (a programming error, not a user's).
  [[nodiscard]] double real(const std::string& key) const;
  [[nodiscard]] long integer(const std::string& key) const;
  [[nodiscard]] bool boolean(const std::string& key) const;
  [[nodiscard]] const std::string& text(const std::string& key) const;
  [[nodiscard]] const std::vector<double>& list(const std::string& key) const;

  [[nodiscard]] const std::vector<SettingSpec>& specs() const { return specs_; }
  [[nodiscard]] SettingMap values() const;

 private:
  [[nodiscard]] const SettingSpec& find(const std::string& key) const;
  std::vector<SettingSpec> specs_;
};

[[nodiscard]] bool contains(const std::vector<std::string>& names, const std::string& name);

/// The name in `known` that `name` may have been meant for: one that holds it or is held by it, else the one with the
/// fewest letters inserted, removed, replaced or exchanged; empty where there is none.
[[nodiscard]] std::string nearest_name(std::string_view name, const std::vector<std::string>& known);

/// "unknown <what> 'name'; did you mean 'nearest'? known: a, b, c"
[[nodiscard]] std::string unknown_name_message(std::string_view what, std::string_view name,
                                               std::vector<std::string> known);

/// Reads the text of a command line: number, true/false, list "4-20-4" or "4,20,4" where `kind` says so, otherwise
/// text. Throws UsageError naming key, text and what was expected.
[[nodiscard]] SettingValue parse_setting(const SettingSpec& spec, std::string_view text);

/// "0.5", "true", "tanh", "4-20-4": as a person would write it.
[[nodiscard]] std::string to_text(const SettingValue& value);

}  // namespace physgrad
