#include "physgrad/catalogue/problem_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "physgrad/model/networks.hpp"

namespace physgrad {
namespace {

using nlohmann::json;

SettingValue setting_value(const std::string& key, const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>();
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) return value.get<std::vector<double>>();
  throw UsageError(fmt::format("'{}' is neither a number, a text, true/false nor a list of numbers", key));
}

void check_object(const json& value) {
  if (!value.is_object()) throw UsageError(fmt::format("expected an object, found {}", value.type_name()));
}

SettingMap setting_map(const json& object) {
  check_object(object);
  SettingMap map;
  for (const auto& [key, value] : object.items()) map[key] = setting_value(key, value);
  return map;
}

void check_keys(const json& object, const std::vector<std::string>& known) {
  check_object(object);
  for (const auto& [key, value] : object.items())
    if (std::ranges::find(known, key) == known.end()) throw UsageError(unknown_name_message("key", key, known));
}

PublishedSetup read_paper(const json& root) {
  check_keys(root, {"source", "budget", "settings", "methods"});
  PublishedSetup paper;
  paper.source = root.at("source").get<std::string>();
  check_keys(root.at("budget"), {"seconds"});
  paper.budget_seconds = root["budget"].at("seconds").get<double>();
  if (root.contains("settings")) paper.settings = setting_map(root["settings"]);
  check_object(root.at("methods"));
  for (const auto& [method, settings] : root["methods"].items()) paper.methods[method] = setting_map(settings);
  return paper;
}

ProblemFile read(const json& root) {
  check_keys(root, {"sources", "network", "data", "settings", "budget", "targets", "methods", "paper"});
  ProblemFile file;
  file.sources = root.value("sources", "");
  if (root.contains("network")) {
    check_keys(root["network"], {"kind", "widths", "activation"});
    file.has_network = true;
    file.network = root["network"].value("kind", file.network);
    const std::vector<std::string> kinds = network_kinds();
    if (std::ranges::find(kinds, file.network) == kinds.end())
      throw UsageError(unknown_name_message("network", file.network, kinds));
    file.widths = root["network"].at("widths").get<std::vector<double>>();
    file.activation = root["network"].at("activation").get<std::string>();
  }
  if (root.contains("data")) {
    check_keys(root["data"], {"samples", "test_samples"});
    file.samples = root["data"].at("samples").get<double>();
    file.test_samples = root["data"].at("test_samples").get<double>();
  }
  if (root.contains("budget")) {
    check_keys(root["budget"], {"seconds"});
    file.budget_seconds = root["budget"].at("seconds").get<double>();
  }
  file.targets = root.value("targets", std::vector<double>{});
  if (root.contains("settings")) file.settings = setting_map(root["settings"]);
  if (root.contains("methods")) check_object(root["methods"]);
  if (root.contains("methods"))
    for (const auto& [method, settings] : root["methods"].items()) file.methods[method] = setting_map(settings);
  if (root.contains("paper")) file.paper = read_paper(root["paper"]);
  return file;
}

}  // namespace

ProblemFile parse_problem_file(const std::string& name, const std::string& text) {
  try {
    return read(json::parse(text));
  } catch (const json::exception& error) {
    throw UsageError(fmt::format("problems/{}.json: {}", name, error.what()));
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("problems/{}.json: {}", name, error.what()));
  }
}

}  // namespace physgrad
