#pragma once
// The catalogue: every problem and method by name, with settings resolved from defaults, the problem's .json and
// overrides.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "physgrad/catalogue/problem_file.hpp"
#include "physgrad/core/problem.hpp"
#include "physgrad/core/settings.hpp"
#include "physgrad/update/method.hpp"

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
[[nodiscard]] SettingOverride parse_override(const std::string& text, Origin origin = Origin::command);
/// "heat.hig.kappa", and with "=0.7": what parse_override() reads.
[[nodiscard]] std::string scoped_key(const SettingOverride& change);
[[nodiscard]] std::string to_text(const SettingOverride& change);
/// Whether every pair that `narrow` means is one that `wide` means, with the same key.
[[nodiscard]] bool covers(const SettingOverride& wide, const SettingOverride& narrow);

/// What problems/NAME.json says beside settings.
struct ProblemFacts {
  std::string name, summary, citation;
  std::string determined;  ///< what of x the state y determines; empty where x has no error
  std::string sources;
  double budget_seconds = 1.8;
  std::vector<double> targets;
  bool has_network = true;
  bool has_inverse = false;
  bool has_newton_step = true;  ///< of its loss
  Index controls = 0, outputs = 0, parameters = 0;
  std::vector<SettingSpec> settings;
  std::optional<PublishedSetup> paper;
};

struct MethodFacts {
  std::string name, summary, citation;
  std::vector<std::string> needs;
  std::vector<SettingSpec> settings;
  std::vector<std::pair<std::string, std::string>> parts;  ///< place and word; none where the update is its own
};

[[nodiscard]] std::vector<std::string> problem_names();
[[nodiscard]] std::vector<std::string> method_names();
/// All throw UsageError for an unknown name (known ones, nearest). What a problem's .json says, unresolved.
[[nodiscard]] ProblemFile problem_file(const std::string& name);
/// With the sizes of the problem as it is by default, which is built for them.
[[nodiscard]] ProblemFacts problem_facts(const std::string& name);
[[nodiscard]] MethodFacts method_facts(const std::string& name);
/// The published set-up's settings of a problem and of every method it ran; none where there is no such set-up.
[[nodiscard]] std::vector<SettingOverride> published_overrides(const std::string& problem);
/// "key=value key=value", as a cell's identity has its swept settings.
[[nodiscard]] std::vector<SettingOverride> parse_swept(const std::string& text);
/// Throws UsageError where `name` is a composition that fixes the override's key itself: its name would lie.
void check_composition_keeps(const std::string& name, const SettingOverride& change);
/// The name under which a run knows a method: that of the catalogue, or a composition in its canonical form
/// (catalogue/composition.hpp). Throws UsageError as above, and for what a composition cannot be.
[[nodiscard]] std::string method_name(const std::string& text);

/// Why the pair cannot run, or empty.
[[nodiscard]] std::string skip_reason(const ProblemFacts& problem, const MethodFacts& method);
[[nodiscard]] std::string skip_reason(const std::string& problem, const std::string& method);

/// A pair with every setting resolved. `given` holds the overrides that applied, `used` every setting of problem and
/// method.
struct ResolvedPair {
  Problem problem;
  std::unique_ptr<Method> method;
  SettingMap given, used;
  std::string method_name;
  SettingMap problem_settings, method_settings;  ///< `used`, apart
  std::vector<SettingSpec> method_specs;         ///< the method's settings with their values, what they are and mean
};
/// Throws UsageError for a value that is out of range or does not fit. Precedence, weakest first: the method's and
/// problem's defaults, the problem's .json, overrides by their origin; among overrides of one origin the more scopes
/// the stronger, then the later.
[[nodiscard]] ResolvedPair resolve_pair(const std::string& problem, const std::string& method,
                                        const std::vector<SettingOverride>& overrides);

/// The same pair from all settings that it uses, as a record has them; `given` is passed on. Throws UsageError for a
/// setting that is missing, unknown or out of range.
[[nodiscard]] ResolvedPair build_pair(const std::string& problem, const std::string& method, const SettingMap& used,
                                      const SettingMap& given);

/// Whether the override's scopes fit the problem, which has a setting of this key.
[[nodiscard]] bool concerns_problem(const SettingOverride& change, const std::string& problem);

/// What becomes of an override in one pair: it decides a setting, or why it does not.
struct Fate {
  enum class Kind { elsewhere, unknown, idle, beaten, decides };
  Kind kind = Kind::elsewhere;
  std::string reason = {};
};
/// Of every override in the pair, which is not built for it.
[[nodiscard]] std::vector<Fate> override_fates(const std::string& problem, const std::string& method,
                                               const std::vector<SettingOverride>& overrides);

/// Throws UsageError where an override's scope is not in the run or nothing in its scope knows its key: what has it and
/// how it is written there, or the known keys and the nearest. `overrides` are all of the run.
void check_override(const SettingOverride& change, const std::vector<std::string>& problems,
                    const std::vector<std::string>& methods, const std::vector<SettingOverride>& overrides);
void check_overrides(const std::vector<SettingOverride>& overrides, const std::vector<std::string>& problems,
                     const std::vector<std::string>& methods);

}  // namespace physgrad
