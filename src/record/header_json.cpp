#include "physgrad/record/header_json.hpp"

#include <fmt/format.h>

#include <vector>

#include "physgrad/files/fields.hpp"
#include "physgrad/record/spec_json.hpp"

namespace physgrad {
namespace {

constexpr Field<Environment> kEnvironment[] = {{"cpu", &Environment::cpu},
                                               {"cores", &Environment::cores},
                                               {"threads", &Environment::threads},
                                               {"compiler", &Environment::compiler},
                                               {"flags", &Environment::flags},
                                               {"build_type", &Environment::build_type, Form::plain, false},
                                               {"eigen", &Environment::eigen},
                                               {"simd", &Environment::simd},
                                               {"blas", &Environment::blas},
                                               {"blas_core", &Environment::blas_core, Form::plain, false},
                                               {"libraries", &Environment::libraries, Form::plain, false},
                                               {"os", &Environment::os},
                                               {"caches", &Environment::caches, Form::plain, false},
                                               {"memory_bytes", &Environment::memory_bytes, Form::whole, false},
                                               {"cpu_mhz", &Environment::cpu_mhz, Form::plain, false},
                                               {"load", &Environment::load}};

constexpr Field<Suite> kSuite[] = {{"name", &Suite::name},
                                   {"version", &Suite::version},
                                   {"commit", &Suite::commit},
                                   {"dirty", &Suite::dirty},
                                   {"program", &Suite::program, Form::plain, false}};

constexpr Field<RunHeader> kRun[] = {{"name", &RunHeader::name},
                                     {"command", &RunHeader::command},
                                     {"profile", &RunHeader::profile},
                                     {"started", &RunHeader::started}};

constexpr Field<ProblemNote> kProblem[] = {{"name", &ProblemNote::name},
                                           {"summary", &ProblemNote::summary},
                                           {"citation", &ProblemNote::citation},
                                           {"budget_seconds", &ProblemNote::budget_seconds},
                                           {"targets", &ProblemNote::targets}};

constexpr Field<MethodNote> kMethod[] = {{"name", &MethodNote::name},
                                         {"summary", &MethodNote::summary},
                                         {"citation", &MethodNote::citation},
                                         {"needs", &MethodNote::needs}};

constexpr Field<TuningNote> kTuning[] = {{"problem", &TuningNote::problem},
                                         {"method", &TuningNote::method},
                                         {"trials", &TuningNote::trials, Form::whole},
                                         {"seconds", &TuningNote::seconds}};

template <class Note, std::size_t Count>
OrderedJson list_json(const std::vector<Note>& notes, const Field<Note> (&table)[Count]) {
  OrderedJson json = OrderedJson::array();
  for (const Note& note : notes) json.push_back(fields_json(note, table));
  return json;
}

/// None where the key is missing.
template <class Note, std::size_t Count>
void read_list(const JsonView& json, const char* key, const Field<Note> (&table)[Count], std::vector<Note>& notes) {
  if (!json.has(key)) return;
  for (const JsonView& item : json.at(key).items()) read_fields(item, table, notes.emplace_back());
}

OrderedJson run_json(const RunHeader& header) {
  OrderedJson json = fields_json(header, kRun);
  json["seeds"] = header.seeds;
  json["limits"] = limits_json(header.limits);
  json["limits"]["settings"] = header.limits.settings;
  json["tuning"] = list_json(header.tuning, kTuning);
  return json;
}

void read_run(const JsonView& json, RunHeader& header) {
  read_fields(json, kRun, header);
  for (const JsonView& seed : json.at("seeds").items()) header.seeds.push_back(seed.unsigned_integer());
  if (json.has("limits")) header.limits = {read_limits(json.at("limits")), json.at("limits").at("settings").texts()};
  read_list(json, "tuning", kTuning, header.tuning);
}

}  // namespace

void check_schema(const JsonView& json) {
  const JsonView version = json.at("schema_version");
  const long found = version.integer();
  if (found > kSchemaVersion)
    version.fail(
        fmt::format("written by a newer program: schema version {}, this one reads up to {}", found, kSchemaVersion));
  if (found < 1) version.fail(fmt::format("expected a schema version from 1 to {}, found {}", kSchemaVersion, found));
}

OrderedJson environment_json(const Environment& at) { return fields_json(at, kEnvironment); }

Environment read_environment(const JsonView& json) {
  Environment at;
  read_fields(json, kEnvironment, at);
  return at;
}

OrderedJson header_json(const RunHeader& header) {
  OrderedJson json = {{"schema_version", kSchemaVersion}};
  json["suite"] = fields_json(header.suite, kSuite);
  json["environment"] = environment_json(header.environment);
  json["machines"] =
      list_json(header.machines.empty() ? std::vector{header.environment} : header.machines, kEnvironment);
  json["run"] = run_json(header);
  json["problems"] = list_json(header.problems, kProblem);
  json["methods"] = list_json(header.methods, kMethod);
  return json;
}

RunHeader read_header(const JsonView& json) {
  RunHeader header;
  read_fields(json.at("suite"), kSuite, header.suite);
  header.environment = read_environment(json.at("environment"));
  read_list(json, "machines", kEnvironment, header.machines);
  if (header.machines.empty()) header.machines = {header.environment};
  read_run(json.at("run"), header);
  read_list(json, "problems", kProblem, header.problems);
  read_list(json, "methods", kMethod, header.methods);
  return header;
}

}  // namespace physgrad
