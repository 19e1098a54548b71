#include "plan.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <sstream>

#include "report/files.hpp"
#include "report/json.hpp"

namespace physgrad::driver {
namespace {

std::vector<std::uint64_t> parse_seeds(const std::string& text) {
  std::vector<std::uint64_t> seeds;
  const auto wrong = [&] {
    return UsageError(fmt::format("--seeds cannot be '{}'; expected how many (3) or a list (0,1,5)", text));
  };
  for (std::size_t at = 0; at < text.size();) {
    std::uint64_t seed = 0;
    const std::size_t end = std::min(text.find(',', at), text.size());
    const auto result = std::from_chars(text.data() + at, text.data() + end, seed);
    if (result.ec != std::errc{} || result.ptr != text.data() + end) throw wrong();
    if (std::ranges::find(seeds, seed) != seeds.end()) throw UsageError(fmt::format("--seeds names {} twice", seed));
    seeds.push_back(seed);
    at = end + 1;
  }
  if (seeds.empty()) throw wrong();
  if (text.find(',') != std::string::npos) return seeds;
  const std::uint64_t count = seeds.front();
  if (count < 1 || count > 10000) throw wrong();
  seeds.clear();
  for (std::uint64_t seed = 0; seed < count; ++seed) seeds.push_back(seed);
  return seeds;
}

double parse_bytes(const std::string& text) {
  double number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string unit(result.ptr, text.data() + text.size());
  const std::string units = "KMG";
  const bool known = unit.empty() || (unit.size() == 1 && units.find(unit) != std::string::npos);
  if (result.ec != std::errc{} || !known || !(number > 0) || !std::isfinite(number))
    throw UsageError(fmt::format("--memory-limit cannot be '{}'; expected bytes, with K, M or G, e.g. 4G", text));
  return unit.empty() ? number : number * std::pow(1024.0, 1.0 + static_cast<double>(units.find(unit)));
}

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

/// Fills what the command line left open; its settings come before those of the command line, which therefore win.
RunRequest with_config(RunRequest request) {
  if (request.config.empty()) return request;
  const Json tree = parse_json(read_text_file(request.config), request.config);
  const JsonView json(tree, request.config);
  const std::vector<std::string> known = {"problems", "methods",      "seeds",       "budget",  "steps",
                                          "timeout",  "memory_limit", "target_stop", "settings"};
  for (const std::string& key : json.keys())
    if (std::ranges::find(known, key) == known.end()) json.fail(unknown_name_message("key", key, known));
  if (request.problems.empty() && json.has("problems")) request.problems = names_of(json.at("problems"));
  if (request.methods.empty() && json.has("methods")) request.methods = names_of(json.at("methods"));
  if (request.seeds.empty() && json.has("seeds")) request.seeds = seeds_text(json.at("seeds"));
  if (!request.budget && json.has("budget")) request.budget = json.at("budget").number();
  if (!request.steps && json.has("steps")) request.steps = json.at("steps").integer();
  if (!request.timeout && json.has("timeout")) request.timeout = json.at("timeout").number();
  if (request.memory_limit.empty() && json.has("memory_limit")) {
    const JsonView limit = json.at("memory_limit");
    request.memory_limit = limit.value().is_string() ? limit.text() : fmt::format("{}", limit.number());
  }
  if (json.has("target_stop")) request.target_stop |= json.at("target_stop").boolean();
  std::vector<std::string> sets;
  if (json.has("settings")) flatten_settings(json.at("settings"), "", sets);
  request.sets.insert(request.sets.begin(), sets.begin(), sets.end());
  return request;
}

std::vector<std::string> choose(const std::vector<std::string>& asked, const std::vector<std::string>& all,
                                const std::vector<std::string>& otherwise, const char* what) {
  if (asked.empty()) return otherwise;
  std::vector<std::string> names;
  for (const std::string& name : asked) {
    if (name == "all") return all;
    if (std::ranges::find(all, name) == all.end()) throw UsageError(unknown_name_message(what, name, all));
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

double positive(const char* option, double value) {
  if (!(value > 0) || !std::isfinite(value))
    throw UsageError(fmt::format("{} cannot be {}; expected a number above 0", option, value));
  return value;
}

Limits make_limits(const RunRequest& request) {
  Limits limits;
  if (request.budget) limits.budget_seconds = positive("--budget", *request.budget);
  if (request.steps) limits.steps = positive("--steps", static_cast<double>(*request.steps));
  if (request.timeout) limits.timeout_seconds = positive("--timeout", *request.timeout);
  limits.memory_bytes = parse_bytes(request.memory_limit.empty() ? "4G" : request.memory_limit);
  limits.target_stop = request.target_stop;
  limits.settings = request.sets;
  return limits;
}

}  // namespace

Plan make_plan(const RunRequest& given) {
  const RunRequest request = with_config(given);
  Plan plan;
  plan.problems =
      choose(request.problems, problem_names(), {"heat", "burgers", "coupled-oscillators", "two-body"}, "problem");
  plan.methods = choose(request.methods, method_names(), {"dp-adam", "pg", "gn", "hig"}, "method");
  plan.seeds = parse_seeds(request.seeds.empty() ? "3" : request.seeds);
  const bool standard = request.problems.empty() && request.methods.empty() && request.sets.empty();
  plan.profile = standard ? "quick" : "custom";
  plan.limits = make_limits(request);
  for (const std::string& text : request.sets) plan.overrides.push_back(parse_override(text));
  check_overrides(plan.overrides, plan.problems, plan.methods);
  for (const std::string& problem : plan.problems)
    for (const std::string& method : plan.methods)
      if (skip_reason(problem, method).empty()) (void)resolve_pair(problem, method, plan.overrides);
  for (const std::uint64_t seed : plan.seeds)
    for (const std::string& problem : plan.problems)
      for (const std::string& method : plan.methods) plan.cells.push_back({problem, method, seed});
  const std::time_t now = std::time(nullptr);
  plan.directory = request.out.empty() ? fmt::format("results/{:%Y%m%d-%H%M%S}", fmt::localtime(now)) : request.out;
  return plan;
}

}  // namespace physgrad::driver
