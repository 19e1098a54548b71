#include "physgrad/catalogue/problem_file.hpp"

#include <fmt/format.h>

#include "physgrad/files/json.hpp"
#include "physgrad/files/settings_json.hpp"

#include "physgrad/model/networks.hpp"

namespace physgrad {
namespace {

std::map<std::string, SettingMap> read_methods(const JsonView& json) {
  std::map<std::string, SettingMap> methods;
  for (const std::string& method : json.keys()) methods[method] = read_settings(json.at(method));
  return methods;
}

double read_budget(const JsonView& json) {
  json.check_keys({"seconds"});
  const double seconds = json.at("seconds").number();
  if (!(seconds > 0)) json.at("seconds").fail("expected a number above 0");
  return seconds;
}

PublishedSetup read_paper(const JsonView& json) {
  json.check_keys({"source", "budget", "settings", "methods"});
  PublishedSetup paper;
  paper.source = json.at("source").text();
  paper.budget_seconds = read_budget(json.at("budget"));
  if (json.has("settings")) paper.settings = read_settings(json.at("settings"));
  paper.methods = read_methods(json.at("methods"));
  return paper;
}

void read_network(const JsonView& json, ProblemFile& file) {
  json.check_keys({"kind", "widths", "activation"});
  file.has_network = true;
  if (json.has("kind")) file.network = json.at("kind").text();
  const std::vector<std::string> kinds = network_kinds();
  if (!contains(kinds, file.network)) json.at("kind").fail(unknown_name_message("network", file.network, kinds));
  file.widths = json.at("widths").numbers();
  file.activation = json.at("activation").text();
}

void read_data(const JsonView& json, ProblemFile& file) {
  json.check_keys({"samples", "test_samples"});
  file.samples = json.at("samples").number();
  file.test_samples = json.at("test_samples").number();
}

SettingsSource read_tuning(const JsonView& json) {
  json.check_keys({"source", "trials", "seconds"});
  SettingsSource tuning;
  tuning.text = json.at("source").text();
  if (!json.has("seconds")) return tuning;
  tuning.trials = json.at("trials").number();
  json.at("seconds").each_member(
      [&](const std::string& method, const JsonView& seconds) { tuning.seconds[method] = seconds.number(); });
  return tuning;
}

}  // namespace

ProblemFile parse_problem_file(const std::string& name, const std::string& text) {
  const std::string source = fmt::format("problems/{}.json", name);
  const Json tree = parse_json(text, source);
  const JsonView json(tree, source);
  json.check_keys({"sources", "network", "data", "settings", "budget", "targets", "tuning", "methods", "paper"});
  ProblemFile file;
  if (json.has("sources")) file.sources = json.at("sources").text();
  if (json.has("network")) read_network(json.at("network"), file);
  if (json.has("data")) read_data(json.at("data"), file);
  if (json.has("budget")) file.budget_seconds = read_budget(json.at("budget"));
  if (json.has("targets")) file.targets = json.at("targets").numbers();
  if (json.has("settings")) file.settings = read_settings(json.at("settings"));
  if (json.has("methods")) file.methods = read_methods(json.at("methods"));
  if (json.has("tuning")) file.tuning = read_tuning(json.at("tuning"));
  if (json.has("paper")) file.paper = read_paper(json.at("paper"));
  return file;
}

}  // namespace physgrad
