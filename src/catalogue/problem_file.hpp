#pragma once
// Reads the text of a problems/NAME.json.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "physgrad/core/settings.hpp"

namespace physgrad {

/// The set-up of a publication: what it changes of the problem, and what it runs.
struct PublishedSetup {
  std::string source;
  double budget_seconds = 0;
  SettingMap settings;
  std::map<std::string, SettingMap> methods;  ///< those it ran, with their settings
};

/// Where the settings of the methods come from.
struct SettingsSource {
  std::string text;                       ///< in words
  double trials = 0;                      ///< of a method, where a study chose them
  std::map<std::string, double> seconds;  ///< of training that its search took, by method; those that it chose for
};

struct ProblemFile {
  std::string sources;  ///< of everything else
  bool has_network = false;
  std::string network = "dense";
  std::vector<double> widths;
  std::string activation = "identity";
  double samples = 1, test_samples = 1;
  double budget_seconds = 1.8;
  std::vector<double> targets;
  SettingMap settings;                        ///< overrides of the problem's own parameters
  std::map<std::string, SettingMap> methods;  ///< settings per method
  SettingsSource tuning;
  std::optional<PublishedSetup> paper;
};

/// Throws UsageError naming the problem and the place for malformed text, unknown keys and wrong types.
[[nodiscard]] ProblemFile parse_problem_file(const std::string& name, const std::string& text);

}  // namespace physgrad
