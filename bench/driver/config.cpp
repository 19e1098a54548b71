// The config file of `run`, and of whatever else asks for runs in JSON.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "plan.hpp"

namespace physgrad::driver {
namespace {

/// "heat.points=32" from nested objects or dotted keys; lists become "4-20-4".
void flatten_settings(const JsonView& json, const std::string& prefix, std::vector<std::string>& sets) {
  for (const std::string& key : json.keys()) {
    const JsonView value = json.at(key);
    const std::string name = prefix.empty() ? key : prefix + "." + key;
    if (value.value().is_object())
      flatten_settings(value, name, sets);
    else if (value.value().is_array())
      sets.push_back(fmt::format("{}={}", name, to_text(value.numbers())));
    else if (value.value().is_boolean())
      sets.push_back(fmt::format("{}={}", name, value.boolean()));
    else if (value.value().is_string())
      sets.push_back(fmt::format("{}={}", name, value.text()));
    else
      sets.push_back(fmt::format("{}={}", name, value.number()));
  }
}

std::string seeds_text(const JsonView& json) {
  if (!json.value().is_array()) return fmt::format("{}", json.integer());
  std::string text;
  for (const JsonView& seed : json.items()) text += fmt::format("{},", seed.unsigned_integer());
  return text;
}

/// A list of names, or one text "a,b" as on the command line.
std::vector<std::string> names_of(const JsonView& json) {
  if (!json.value().is_string()) return json.texts();
  std::vector<std::string> names;
  std::istringstream text(json.text());
  for (std::string name; std::getline(text, name, ',');) names.push_back(name);
  return names;
}

/// Text values of a swept setting; numbers and flags as a person would write them.
std::vector<std::string> sweep_texts(const JsonView& json) {
  std::vector<std::string> sweeps;
  for (const std::string& key : json.keys()) {
    std::vector<std::string> values;
    for (const JsonView& value : json.at(key).items()) {
      if (value.value().is_string())
        values.push_back(value.text());
      else if (value.value().is_boolean())
        values.push_back(to_text(value.boolean()));
      else
        values.push_back(to_text(value.number()));
    }
    sweeps.push_back(fmt::format("{}={}", key, fmt::join(values, ",")));
  }
  return sweeps;
}

/// What `tune` wrote about its search.
void read_tuning(const JsonView& json, RunRequest& request) {
  for (const JsonView& seed : json.at("seeds").items()) request.tuned_seeds.push_back(seed.unsigned_integer());
  for (const JsonView& pair : json.at("pairs").items())
    request.tuning.push_back({pair.at("problem").text(), pair.at("method").text(),
                              static_cast<double>(pair.at("trials").items().size()), pair.at("seconds").number()});
}

}  // namespace

const std::vector<std::string>& config_keys() {
  static const std::vector<std::string> keys = {"problems",    "methods",  "seeds",   "budget",
                                                "steps",       "profile",  "timeout", "memory_limit",
                                                "target_stop", "settings", "sweep",   "tuning"};
  return keys;
}

RunRequest with_config(RunRequest request, const JsonView& json) {
  const std::vector<std::string>& known = config_keys();
  for (const std::string& key : json.keys())
    if (std::ranges::find(known, key) == known.end()) json.fail(unknown_name_message("key", key, known));
  if (request.problems.empty() && json.has("problems")) request.problems = names_of(json.at("problems"));
  if (request.methods.empty() && json.has("methods")) {
    const JsonView methods = json.at("methods");
    request.methods = methods.value().is_string() ? std::vector<std::string>{methods.text()} : methods.texts();
  }
  if (request.profile.empty() && json.has("profile")) request.profile = json.at("profile").text();
  if (request.seeds.empty() && json.has("seeds")) request.seeds = seeds_text(json.at("seeds"));
  if (!request.budget && json.has("budget")) request.budget = json.at("budget").number();
  if (!request.steps && json.has("steps")) request.steps = json.at("steps").integer();
  if (!request.timeout && json.has("timeout")) request.timeout = json.at("timeout").number();
  if (request.memory_limit.empty() && json.has("memory_limit")) {
    const JsonView limit = json.at("memory_limit");
    request.memory_limit = limit.value().is_string() ? limit.text() : fmt::format("{}", limit.number());
  }
  if (json.has("target_stop")) request.target_stop |= json.at("target_stop").boolean();
  if (json.has("tuning")) read_tuning(json.at("tuning"), request);
  std::vector<std::string> sets;
  if (json.has("settings")) flatten_settings(json.at("settings"), "", sets);
  request.sets.insert(request.sets.begin(), sets.begin(), sets.end());
  if (request.sweeps.empty() && json.has("sweep")) request.sweeps = sweep_texts(json.at("sweep"));
  return request;
}

}  // namespace physgrad::driver
