#pragma once
// Overrides: settings that somebody gives, for everything or for what a scope says.
#include <string>
#include <utility>
#include <vector>

#include "physgrad/catalogue/catalogue.hpp"
#include "physgrad/core/settings.hpp"

namespace physgrad {

/// Where an override comes from, the weakest first: a published set-up, a config file, the command line.
enum class Origin { published, file, command };

/// One `--set` or one entry of a config file. Scopes are empty or names: `kappa`, `hig.kappa`, `heat.points`,
/// `heat.hig.kappa`. A text value is read according to the setting's kind.
struct SettingOverride {
  std::string problem, method;
  std::string key;
  SettingValue value;
  Origin origin = Origin::command;
};

/// "heat.hig.kappa=0.7" -> {"heat.hig.kappa", "0.7"}: the key with its scopes, and the value. A composition may be a
/// scope, though its name holds '=' and points: "compose:rule=sgd,rate=0.1.batch=8" sets its batch. Throws UsageError
/// where there is no '='.
[[nodiscard]] std::pair<std::string, std::string> split_setting(const std::string& text);
/// The same as an override, compositions in their canonical form. Throws UsageError for an unknown scope, too.
[[nodiscard]] SettingOverride parse_override(const Catalogue& catalogue, const std::string& text,
                                             Origin origin = Origin::command);
/// "key=value key=value", as a cell's identity has its swept settings.
[[nodiscard]] std::vector<SettingOverride> parse_swept(const Catalogue& catalogue, const std::string& text);
/// "heat.hig.kappa", and with "=0.7": what parse_override() reads.
[[nodiscard]] std::string scoped_key(const SettingOverride& change);
[[nodiscard]] std::string to_text(const SettingOverride& change);
/// Whether every pair that `narrow` means is one that `wide` means, with the same key.
[[nodiscard]] bool covers(const SettingOverride& wide, const SettingOverride& narrow);
/// The overrides that apply to this pair, the strongest last.
[[nodiscard]] std::vector<SettingOverride> matching(const std::vector<SettingOverride>& overrides,
                                                    const std::string& problem, const std::string& method);
/// The published set-up's settings of a problem and of every method it ran; none where there is no such set-up.
[[nodiscard]] std::vector<SettingOverride> published_overrides(const Catalogue& catalogue, const std::string& problem);
/// Throws UsageError where `name` is a composition that fixes the override's key itself: its name would lie.
void check_composition_keeps(const Catalogue& catalogue, const std::string& name, const SettingOverride& change);

}  // namespace physgrad
