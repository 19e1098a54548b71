#include "physgrad/catalogue/idle.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace physgrad {
namespace {

bool is(const Settings& settings, const char* key, const SettingValue& value) {
  const auto spec = std::ranges::find(settings.specs(), key, &SettingSpec::key);
  return spec != settings.specs().end() && spec->value == value;
}

std::string idle_of_spec(const std::string& key, const Settings& settings) {
  const auto spec = std::ranges::find(settings.specs(), key, &SettingSpec::key);
  return spec != settings.specs().end() && spec->idle ? spec->idle(settings) : std::string{};
}

/// Of a problem, whose inverse simulator has settings of its own by the name of inverse_*.
std::string idle_in_problem(const std::string& key, const std::vector<std::string>& needs, const Settings& settings) {
  const std::vector<std::string> of_network = {"network", "widths", "activation", "fresh", "samples", "test_samples"};
  if (is(settings, "instance", true) && std::ranges::find(of_network, key) != of_network.end())
    return "instance=true solves for one sample, without a network";
  if (key.starts_with("inverse_") && std::ranges::find(needs, "inverse") == needs.end())
    return "the method does not ask for the inverse simulator";
  return idle_of_spec(key, settings);
}

bool has_one_sample(const Settings& of_problem) {
  return !of_problem.knows("samples") || is(of_problem, "instance", true);
}

/// Of the batch and its growth, which the problem's samples limit.
std::string idle_batch(const std::string& key, const std::string& problem, const Settings& of_problem,
                       const Settings& of_method) {
  if (is(of_method, key.c_str(), 1.0)) return {};
  if (has_one_sample(of_problem))
    return fmt::format("{} has one sample", is(of_problem, "instance", true) ? "instance=true" : problem);
  if (key == "growth" && !is(of_problem, "fresh", true) && of_method.integer("batch") >= of_problem.integer("samples"))
    return fmt::format("a batch of {} holds all training samples of {} from the start", of_method.integer("batch"),
                       problem);
  return {};
}

/// Of a method's own: by the problem, or by its other settings, where one sample makes batches of one whatever is
/// asked.
std::string idle_in_method(const std::string& key, const ProblemDefinition& problem, const Settings& of_problem,
                           Settings of_method) {
  if (problem.idle)
    if (std::string reason = problem.idle(key, of_problem); !reason.empty()) return reason;
  for (const char* each : {"batch", "growth"})
    if (has_one_sample(of_problem) && of_method.knows(each)) of_method.set(each, 1.0);
  return idle_of_spec(key, of_method);
}

}  // namespace

std::string idle_reason(const SettingOverride& change, const std::string& name, const ProblemDefinition& problem,
                        const std::vector<std::string>& needs, const Settings& of_problem, const Settings& of_method) {
  if (change.key == "batch" || change.key == "growth") {
    if (std::string reason = idle_batch(change.key, name, of_problem, of_method); !reason.empty()) return reason;
  }
  if (change.method.empty() && of_problem.knows(change.key)) return idle_in_problem(change.key, needs, of_problem);
  return idle_in_method(change.key, problem, of_problem, of_method);
}

}  // namespace physgrad
