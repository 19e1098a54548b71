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

/// Of the batch, its growth and what compares its samples, which the problem's samples limit.
std::string idle_batch(const std::string& key, const std::string& problem, const Settings& of_problem,
                       const Settings& of_method) {
  if (is(of_method, key.c_str(), key == "dx_bound" ? 0.0 : 1.0)) return {};
  if (!of_problem.knows("samples") || is(of_problem, "instance", true))
    return fmt::format("{} has one sample", is(of_problem, "instance", true) ? "instance=true" : problem);
  if (key == "growth" && !is(of_problem, "fresh", true) && of_method.integer("batch") >= of_problem.integer("samples"))
    return fmt::format("a batch of {} holds all training samples of {} from the start", of_method.integer("batch"),
                       problem);
  return {};
}

/// Of the anchor, where the inverse simulator asks for none.
std::string idle_anchor(const Settings& of_problem) {
  for (const char* method : {"marching", "gauss-newton-reversed"})
    if (is(of_problem, "inverse_method", std::string(method)))
      return fmt::format("inverse_method={} begins at the wanted state and not at a control", method);
  return {};
}

}  // namespace

std::string idle_reason(const SettingOverride& change, const std::string& problem,
                        const std::vector<std::string>& needs, const Settings& of_problem, const Settings& of_method) {
  if (change.key == "batch" || change.key == "growth" || change.key == "dx_bound") {
    if (std::string reason = idle_batch(change.key, problem, of_problem, of_method); !reason.empty()) return reason;
  }
  if (change.key == "anchor") {
    if (std::string reason = idle_anchor(of_problem); !reason.empty()) return reason;
  }
  if (change.method.empty() && of_problem.knows(change.key)) return idle_in_problem(change.key, needs, of_problem);
  return idle_of_spec(change.key, of_method);
}

}  // namespace physgrad
