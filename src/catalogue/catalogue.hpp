#pragma once
// The catalogue: every problem and method by name, with settings resolved from defaults, the problem's .json and
// overrides.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/problem_file.hpp"
#include "core/problem.hpp"
#include "core/settings.hpp"
#include "update/method.hpp"

namespace physgrad {

/// One `--set` or one entry of a config file. Scopes are empty or names: `kappa`, `hig.kappa`, `heat.points`,
/// `heat.hig.kappa`. A text value is read according to the setting's kind.
struct SettingOverride {
  std::string problem, method;
  std::string key;
  SettingValue value;
  bool preset = false;  ///< of a published set-up: weaker than whatever a user gives
};

/// "heat.hig.kappa=0.7" -> an override. Throws UsageError where there is no '=' or an unknown scope.
[[nodiscard]] SettingOverride parse_override(const std::string& text);

/// What problems/NAME.json says beside settings.
struct ProblemFacts {
  std::string name, summary, citation;
  std::string determined;  ///< what of x the state y determines; empty where x has no error
  std::string sources;
  double budget_seconds = 1.8;
  std::vector<double> targets;
  bool has_network = true;
  bool has_inverse = false;
  Index controls = 0, outputs = 0, parameters = 0;
  std::vector<SettingSpec> settings;
  std::optional<PublishedSetup> paper;
};

struct MethodFacts {
  std::string name, summary, citation;
  std::vector<std::string> needs;
  std::vector<SettingSpec> settings;
};

[[nodiscard]] std::vector<std::string> problem_names();
[[nodiscard]] std::vector<std::string> method_names();
/// Both throw UsageError for an unknown name (known ones, nearest).
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
[[nodiscard]] std::string skip_reason(const std::string& problem, const std::string& method);

/// A pair with every setting resolved. `given` holds the overrides that applied, `used` every setting of problem and
/// method.
struct ResolvedPair {
  Problem problem;
  std::unique_ptr<Method> method;
  SettingMap given, used;
  std::string method_name;
  SettingMap problem_settings, method_settings;  ///< `used`, apart
};
/// Throws UsageError for a value that is out of range or does not fit. Precedence, weakest first: the method's and
/// problem's defaults, the problem's .json, presets, overrides; among overrides the more scopes the stronger, then the
/// later.
[[nodiscard]] ResolvedPair resolve_pair(const std::string& problem, const std::string& method,
                                        const std::vector<SettingOverride>& overrides);

/// Whether the problem, or else the method for this problem, knows the override's key, and its scopes fit the pair.
[[nodiscard]] bool concerns_problem(const SettingOverride& change, const std::string& problem);
[[nodiscard]] bool concerns_method(const SettingOverride& change, const std::string& problem, const std::string& method,
                                   const std::vector<SettingOverride>& overrides);

/// Throws UsageError where an override's scope is not in the run or nothing in the run knows its key (known keys,
/// nearest).
void check_overrides(const std::vector<SettingOverride>& overrides, const std::vector<std::string>& problems,
                     const std::vector<std::string>& methods);

}  // namespace physgrad
