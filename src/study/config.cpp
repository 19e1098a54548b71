#include "physgrad/study/config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "physgrad/catalogue/catalogue.hpp"
#include "physgrad/files/files.hpp"
#include "physgrad/study/resolved.hpp"

namespace physgrad {
namespace {

/// A list or object that holds something: an empty one would mean whatever stands where nothing is said.
const JsonView& filled(const JsonView& json) {
  if (json.value().empty()) json.fail("expected at least one entry; leave the key out instead");
  return json;
}

std::string filled_text(const JsonView& json) {
  const std::string text = json.text();
  if (text.empty()) json.fail("expected a text that is not empty; leave the key out instead");
  return text;
}

double number_of(const JsonView& json) {
  if (json.value().is_null()) json.fail("expected a number, found null");
  return json.number();
}

/// A setting's value as a person would write it; lists become "4-20-4".
std::string value_text(const JsonView& json) {
  if (json.value().is_array()) return to_text(filled(json).numbers());
  if (json.value().is_boolean()) return to_text(json.boolean());
  return json.value().is_string() ? json.text() : to_text(number_of(json));
}

/// "heat.points=32" from nested objects or dotted keys, or from a list of such texts.
void flatten_settings(const JsonView& json, const std::string& prefix, std::vector<std::string>& sets) {
  if (json.value().is_array() && prefix.empty()) {
    sets = filled(json).texts();
    return;
  }
  for (const std::string& key : filled(json).keys()) {
    const JsonView value = json.at(key);
    const std::string name = prefix.empty() ? key : prefix + "." + key;
    if (value.value().is_object())
      flatten_settings(value, name, sets);
    else
      sets.push_back(fmt::format("{}={}", name, value_text(value)));
  }
}

std::string seeds_text(const JsonView& json) {
  if (!json.value().is_array()) return fmt::format("{}", json.integer());
  std::string text;
  for (const JsonView& seed : filled(json).items()) text += fmt::format("{},", seed.unsigned_integer());
  return text;
}

/// A list of names, or one text "a,b" as on the command line.
std::vector<std::string> names_of(const JsonView& json) {
  if (!json.value().is_string()) return filled(json).texts();
  std::vector<std::string> names;
  std::istringstream text(filled_text(json));
  for (std::string name; std::getline(text, name, ',');) names.push_back(name);
  return names;
}

/// "heat.points=8,16" from nested objects or dotted keys of lists.
void flatten_sweeps(const JsonView& json, const std::string& prefix, std::vector<std::string>& sweeps) {
  for (const std::string& key : filled(json).keys()) {
    const JsonView value = json.at(key);
    const std::string name = prefix.empty() ? key : prefix + "." + key;
    if (value.value().is_object()) {
      flatten_sweeps(value, name, sweeps);
      continue;
    }
    std::vector<std::string> values;
    for (const JsonView& each : filled(value).items()) values.push_back(value_text(each));
    sweeps.push_back(fmt::format("{}={}", name, fmt::join(values, ",")));
  }
}

/// What `tune` wrote about its search, or a run kept of it.
void read_tuning(const JsonView& json, RunRequest& request) {
  for (const JsonView& seed : json.at("seeds").items()) request.tuned_seeds.push_back(seed.unsigned_integer());
  for (const JsonView& pair : json.at("pairs").items())
    request.tuning.push_back({pair.at("problem").text(), pair.at("method").text(),
                              static_cast<double>(pair.at("trials").items().size()), pair.at("seconds").number()});
}

/// Which cells: lists, profile and seeds.
void read_cells(const JsonView& json, RunRequest& request) {
  if (json.has("problems")) request.file.problems = names_of(json.at("problems"));
  if (json.has("methods")) {
    const JsonView methods = json.at("methods");
    request.file.methods = methods.value().is_string() ? std::vector{filled_text(methods)} : filled(methods).texts();
  }
  const std::string profile = json.has("profile") ? filled_text(json.at("profile")) : "";
  // A profile is a choice of problems and methods, so that the command line's replaces the file's lists and its lists
  // the file's profile; that of published set-ups keeps what is in both.
  const bool lists = request.profile.empty() || request.profile == "paper";
  if (request.profile.empty() && (profile == "paper" || request.problems.empty() || request.methods.empty()))
    request.profile = profile;
  if (request.problems.empty() && lists) request.problems = request.file.problems;
  if (request.methods.empty() && lists) request.methods = request.file.methods;
  if (request.seeds.empty() && json.has("seeds")) request.seeds = seeds_text(json.at("seeds"));
}

void read_limits(const JsonView& json, RunRequest& request) {
  // Either bounds a cell: the file's other one must not stop what the command line wants to run on.
  const bool bounded = request.budget || request.steps;
  if (json.has("budget")) {
    const double budget = number_of(json.at("budget"));
    if (!bounded) request.budget = budget;
  }
  if (json.has("steps")) {
    const long steps = json.at("steps").integer();
    if (!bounded) request.steps = steps;
  }
  if (!request.timeout && json.has("timeout")) request.timeout = number_of(json.at("timeout"));
  if (request.memory_limit.empty() && json.has("memory_limit")) {
    const JsonView limit = json.at("memory_limit");
    request.memory_limit = limit.value().is_string() ? filled_text(limit) : to_text(number_of(limit));
  }
  if (!request.target_stop && json.has("target_stop")) request.target_stop = json.at("target_stop").boolean();
  if (!request.threads && json.has("threads")) request.threads = json.at("threads").integer();
}

/// Where and how the cells are measured.
void read_conduct(const JsonView& json, RunRequest& request) {
  if (request.out.empty() && json.has("out")) request.out = filled_text(json.at("out"));
  if (!request.jobs && json.has("jobs")) request.jobs = json.at("jobs").integer();
  if (json.has("timing")) request.timing = request.timing || json.at("timing").boolean();
  if (json.has("save_weights")) request.save_weights = request.save_weights || json.at("save_weights").boolean();
}

}  // namespace

const std::vector<std::string>& config_keys() {
  static const std::vector<std::string> keys = {
      "problems", "methods",  "seeds", "budget", "steps", "profile", "timeout", "memory_limit", "target_stop",
      "threads",  "settings", "sweep", "tuning", "out",   "jobs",    "timing",  "save_weights", "resolved"};
  return keys;
}

RunRequest with_config(RunRequest request, const JsonView& json) {
  json.check_keys(config_keys());
  if (json.has("resolved")) read_resolved(json, request);
  read_cells(json, request);
  read_limits(json, request);
  if (json.has("tuning")) read_tuning(json.at("tuning"), request);
  // No settings at all are what `tune` writes where nothing was better than the settings as they were.
  if (json.has("settings") && json.at("settings").value() != Json::object())
    flatten_settings(json.at("settings"), "", request.file.sets);
  if (json.has("sweep")) flatten_sweeps(json.at("sweep"), "", request.file.sweeps);
  read_conduct(json, request);
  return request;
}

RunRequest with_named_config(RunRequest request) {
  if (request.config.empty()) return request;
  const Json tree = parse_json(read_text_file(request.config), request.config);
  const JsonView json(tree, request.config);
  request.config.clear();
  return with_config(std::move(request), json);
}

}  // namespace physgrad
