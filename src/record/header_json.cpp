#include "physgrad/record/header_json.hpp"

#include "physgrad/record/cell_json.hpp"

namespace physgrad {
namespace {

std::string optional_text(const JsonView& json, const char* key) {
  return json.has(key) ? json.at(key).text() : std::string{};
}

double optional_number(const JsonView& json, const char* key, double otherwise) {
  return json.has(key) ? json.at(key).number() : otherwise;
}

OrderedJson machines_json(const RunHeader& header) {
  OrderedJson json = OrderedJson::array();
  for (const Environment& machine : header.machines) json.push_back(environment_json(machine));
  if (json.empty()) json.push_back(environment_json(header.environment));
  return json;
}

OrderedJson run_limits_json(const Limits& limits) {
  OrderedJson json = limits_json(limits);
  json["settings"] = limits.settings;
  return json;
}

Limits read_run_limits(const JsonView& json) { return {read_limits(json), json.at("settings").texts()}; }

OrderedJson problems_json(const std::vector<ProblemNote>& problems) {
  OrderedJson json = OrderedJson::array();
  for (const ProblemNote& note : problems)
    json.push_back({{"name", note.name},
                    {"summary", note.summary},
                    {"citation", note.citation},
                    {"budget_seconds", number_json(note.budget_seconds)},
                    {"targets", note.targets}});
  return json;
}

OrderedJson methods_json(const std::vector<MethodNote>& methods) {
  OrderedJson json = OrderedJson::array();
  for (const MethodNote& note : methods)
    json.push_back(
        {{"name", note.name}, {"summary", note.summary}, {"citation", note.citation}, {"needs", note.needs}});
  return json;
}

OrderedJson tuning_json(const std::vector<TuningNote>& tuning) {
  OrderedJson json = OrderedJson::array();
  for (const TuningNote& note : tuning)
    json.push_back({{"problem", note.problem},
                    {"method", note.method},
                    {"trials", count_json(note.trials)},
                    {"seconds", number_json(note.seconds)}});
  return json;
}

void read_notes(const JsonView& json, RunHeader& header) {
  if (json.has("problems"))
    for (const JsonView& note : json.at("problems").items())
      header.problems.push_back({note.at("name").text(), note.at("summary").text(), note.at("citation").text(),
                                 note.at("budget_seconds").number(), note.at("targets").numbers()});
  if (json.has("methods"))
    for (const JsonView& note : json.at("methods").items())
      header.methods.push_back(
          {note.at("name").text(), note.at("summary").text(), note.at("citation").text(), note.at("needs").texts()});
}

}  // namespace

OrderedJson environment_json(const Environment& at) {
  return {{"cpu", at.cpu},
          {"cores", at.cores},
          {"threads", at.threads},
          {"compiler", at.compiler},
          {"flags", at.flags},
          {"build_type", at.build_type},
          {"eigen", at.eigen},
          {"simd", at.simd},
          {"blas", at.blas},
          {"blas_core", at.blas_core},
          {"libraries", at.libraries},
          {"os", at.os},
          {"caches", at.caches},
          {"memory_bytes", count_json(at.memory_bytes)},
          {"cpu_mhz", number_json(at.cpu_mhz)},
          {"load", number_json(at.load)}};
}

Environment read_environment(const JsonView& json) {
  Environment at;
  at.cpu = json.at("cpu").text();
  at.cores = static_cast<int>(json.at("cores").integer());
  at.threads = static_cast<int>(json.at("threads").integer());
  at.compiler = json.at("compiler").text();
  at.flags = json.at("flags").text();
  at.build_type = optional_text(json, "build_type");
  at.eigen = json.at("eigen").text();
  at.simd = json.at("simd").text();
  at.blas = json.at("blas").text();
  at.blas_core = optional_text(json, "blas_core");
  at.libraries = optional_text(json, "libraries");
  at.os = json.at("os").text();
  at.caches = optional_text(json, "caches");
  at.memory_bytes = optional_number(json, "memory_bytes", 0);
  at.cpu_mhz = optional_number(json, "cpu_mhz", 0);
  at.load = json.at("load").number();
  return at;
}

OrderedJson header_json(const RunHeader& header) {
  const Suite& suite = header.suite;
  return {{"schema_version", kSchemaVersion},
          {"suite",
           {{"name", suite.name},
            {"version", suite.version},
            {"commit", suite.commit},
            {"dirty", suite.dirty},
            {"program", suite.program}}},
          {"environment", environment_json(header.environment)},
          {"machines", machines_json(header)},
          {"run",
           {{"name", header.name},
            {"command", header.command},
            {"profile", header.profile},
            {"started", header.started},
            {"seeds", header.seeds},
            {"limits", run_limits_json(header.limits)},
            {"tuning", tuning_json(header.tuning)}}},
          {"problems", problems_json(header.problems)},
          {"methods", methods_json(header.methods)}};
}

RunHeader read_header(const JsonView& json) {
  RunHeader header;
  const JsonView suite = json.at("suite"), run = json.at("run");
  header.suite = {suite.at("name").text(), suite.at("version").text(), suite.at("commit").text(),
                  suite.at("dirty").boolean(), optional_text(suite, "program")};
  header.environment = read_environment(json.at("environment"));
  if (json.has("machines"))
    for (const JsonView& machine : json.at("machines").items()) header.machines.push_back(read_environment(machine));
  if (header.machines.empty()) header.machines = {header.environment};
  header.name = run.at("name").text();
  header.command = run.at("command").texts();
  header.profile = run.at("profile").text();
  header.started = run.at("started").text();
  for (const JsonView& seed : run.at("seeds").items()) header.seeds.push_back(seed.unsigned_integer());
  if (run.has("limits")) header.limits = read_run_limits(run.at("limits"));
  if (run.has("tuning"))
    for (const JsonView& note : run.at("tuning").items())
      header.tuning.push_back({note.at("problem").text(), note.at("method").text(), note.at("trials").number(),
                               note.at("seconds").number()});
  read_notes(json, header);
  return header;
}

OrderedJson keys_json(const std::vector<CellKey>& keys) {
  OrderedJson json = OrderedJson::array();
  for (const CellKey& key : keys) json.push_back(key_json(key));
  return json;
}

OrderedJson key_json(const CellKey& key) {
  OrderedJson json = {{"problem", key.problem}, {"method", key.method}, {"seed", key.seed}};
  if (!key.problem_sweep.empty()) json["problem_sweep"] = key.problem_sweep;
  if (!key.method_sweep.empty()) json["method_sweep"] = key.method_sweep;
  return json;
}

CellKey read_key(const JsonView& json) {
  return {json.at("problem").text(), json.at("method").text(), json.at("seed").unsigned_integer(),
          optional_text(json, "problem_sweep"), optional_text(json, "method_sweep")};
}

std::vector<CellKey> read_keys(const JsonView& json) {
  std::vector<CellKey> keys;
  for (const JsonView& item : json.items()) keys.push_back(read_key(item));
  return keys;
}

}  // namespace physgrad
