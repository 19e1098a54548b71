#include "physgrad/record/spec_json.hpp"

#include <fmt/format.h>

#include "physgrad/files/fields.hpp"
#include "physgrad/files/settings_json.hpp"

namespace physgrad {
namespace {

constexpr Field<CellLimits> kLimits[] = {{"budget_seconds", &CellLimits::budget_seconds},
                                         {"steps", &CellLimits::steps, Form::whole},
                                         {"timeout_seconds", &CellLimits::timeout_seconds},
                                         {"memory_bytes", &CellLimits::memory_bytes, Form::whole},
                                         {"target_stop", &CellLimits::target_stop}};

constexpr Field<CellSpec> kProvenance[] = {{"task_id", &CellSpec::task_id, Form::plain, false},
                                           {"setup_id", &CellSpec::setup_id, Form::plain, false},
                                           {"machine", &CellSpec::machine, Form::plain, false},
                                           {"program", &CellSpec::program, Form::plain, false},
                                           {"seed_matters", &CellSpec::seed_matters, Form::plain, false},
                                           {"data_digest", &CellSpec::data_digest, Form::plain, false}};

}  // namespace

namespace {

void add_key(const CellKey& key, OrderedJson& json) {
  json["problem"] = key.problem;
  json["method"] = key.method;
  json["seed"] = key.seed;
  if (!key.problem_sweep.empty()) json["problem_sweep"] = key.problem_sweep;
  if (!key.method_sweep.empty()) json["method_sweep"] = key.method_sweep;
}

}  // namespace

OrderedJson key_json(const CellKey& key) {
  OrderedJson json = OrderedJson::object();
  make_room(5, json);
  add_key(key, json);
  return json;
}

CellKey read_key(const JsonView& json) {
  const auto sweep = [&](const char* key) { return json.has(key) ? json.at(key).text() : std::string{}; };
  return {json.at("problem").text(), json.at("method").text(), json.at("seed").unsigned_integer(),
          sweep("problem_sweep"), sweep("method_sweep")};
}

OrderedJson keys_json(const std::vector<CellKey>& keys) {
  OrderedJson json = OrderedJson::array();
  for (const CellKey& key : keys) json.push_back(key_json(key));
  return json;
}

std::vector<CellKey> read_keys(const JsonView& json) {
  std::vector<CellKey> keys;
  for (const JsonView& item : json.items()) keys.push_back(read_key(item));
  return keys;
}

OrderedJson limits_json(const CellLimits& limits) {
  OrderedJson json = fields_json(limits, kLimits);
  if (limits.threads > 1) json["threads"] = limits.threads;  // a cell on one thread is written as it was before
  return json;
}

CellLimits read_limits(const JsonView& json) {
  CellLimits limits;
  read_fields(json, kLimits, limits);
  if (!json.has("threads")) return limits;
  const long threads = json.at("threads").integer();
  if (threads < 1 || threads > kMostThreads)
    json.at("threads").fail(fmt::format("expected a whole number from 1 to {}", kMostThreads));
  limits.threads = static_cast<int>(threads);
  return limits;
}

void add_spec(const CellSpec& spec, OrderedJson& json) {
  add_key(spec.key, json);
  add_fields(spec, kProvenance, json);
  json["limits"] = limits_json(spec.limits);
  OrderedJson& settings = json["settings"] = OrderedJson::object();
  make_room(3, settings);
  settings["given"] = settings_json(spec.given);
  settings["used"] = settings_json(spec.used);
  settings["of_problem"] = spec.problem_settings;
}

OrderedJson spec_json(const CellSpec& spec) {
  OrderedJson json = OrderedJson::object();
  add_spec(spec, json);
  return json;
}

CellSpec read_spec(const JsonView& json) {
  CellSpec spec;
  spec.key = read_key(json);
  read_fields(json, kProvenance, spec);
  if (spec.machine < 0) json.at("machine").fail("expected a whole number of at least 0");
  if (json.has("limits")) spec.limits = read_limits(json.at("limits"));
  const JsonView settings = json.at("settings");
  spec.given = read_settings(settings.at("given"));
  spec.used = read_settings(settings.at("used"));
  if (settings.has("of_problem")) spec.problem_settings = settings.at("of_problem").texts();
  return spec;
}

}  // namespace physgrad
