#include "physgrad/record/micro_benchmarks.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <string_view>

#include "physgrad/files/json.hpp"

namespace physgrad {
namespace {

constexpr std::array<std::pair<const char*, double>, 4> kUnits = {{{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}}};

/// Numbers that JSON does not have become null, outside of texts.
std::string without_foreign_numbers(const std::string& text) {
  std::string result;
  result.reserve(text.size());
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (!quoted) {
      std::string_view rest = std::string_view(text).substr(at, 9);
      const std::size_t sign = rest.starts_with('-') ? 1 : 0;
      rest.remove_prefix(sign);
      const std::size_t size = rest.starts_with("NaN") ? 3 : rest.starts_with("Infinity") ? 8 : 0;
      if (size > 0) {
        result += "null";
        at += sign + size - 1;
        continue;
      }
    }
    result += text[at];
    if (quoted && text[at] == '\\' && at + 1 < text.size()) result += text[++at];
  }
  return result;
}

std::string text_at(const JsonView& json, const std::string& key) {
  return json.has(key) ? json.at(key).text() : std::string{};
}

void read_context(const JsonView& json, MicroBenchmarks& result) {
  result.host = text_at(json, "host_name");
  result.date = text_at(json, "date");
  result.executable = text_at(json, "executable");
  for (const char* key : {"num_cpus", "mhz_per_cpu", "caches", "library_build_type", "blas_core"}) {
    if (!json.has(key)) continue;
    const Json& value = json.at(key).value();
    result.machine.emplace_back(key, value.is_string() ? value.get<std::string>() : dump_json(value, -1));
  }
}

double time_at(const JsonView& json, const char* key, double unit) {
  const JsonView time = json.at(key);
  const double value = time.number();
  if (value < 0) time.fail(fmt::format("expected a time, found {}", value));
  return value * unit;
}

bool failed(const JsonView& json) { return json.has("error_occurred") && json.at("error_occurred").boolean(); }

void add_times(const JsonView& json, MicroBenchmark& benchmark) {
  if (failed(json)) {
    benchmark.error = text_at(json, "error_message");
    if (benchmark.error.empty()) benchmark.error = "failed";
    return;
  }
  benchmark.unit = json.at("time_unit").text();
  const double unit = seconds_in(benchmark.unit);
  if (unit == 0) json.at("time_unit").fail("expected ns, us, ms or s, found '" + benchmark.unit + "'");
  const double real = time_at(json, "real_time", unit), cpu = time_at(json, "cpu_time", unit);
  if (!std::isnan(real)) benchmark.real_time.push_back(real);
  if (!std::isnan(cpu)) benchmark.cpu_time.push_back(cpu);
}

/// Repetitions win over aggregates of them; of aggregates the median is taken.
void read_benchmark(const JsonView& json, MicroBenchmarks& result, std::map<std::string, std::size_t>& places) {
  const bool aggregate = json.has("run_type") && json.at("run_type").text() == "aggregate";
  if (aggregate && text_at(json, "aggregate_name") != "median") return;
  const std::string name = json.has("run_name") ? json.at("run_name").text() : json.at("name").text();
  const auto [place, fresh] = places.try_emplace(name, result.benchmarks.size());
  if (fresh) result.benchmarks.push_back({name, "ns", {}, {}, aggregate, ""});
  MicroBenchmark& benchmark = result.benchmarks[place->second];
  if (!fresh && aggregate) return;
  if (benchmark.aggregates && !aggregate) benchmark = {name, "ns", {}, {}, false, ""};
  add_times(json, benchmark);
}

}  // namespace

double seconds_in(const std::string& unit) {
  for (const auto& [name, seconds] : kUnits)
    if (unit == name) return seconds;
  return 0;
}

bool holds_micro_benchmarks(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return false;
  std::string start(256, ' ');
  std::ifstream(path, std::ios::binary).read(start.data(), static_cast<std::streamsize>(start.size()));
  std::erase_if(start, [](char letter) { return letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t'; });
  return start.starts_with("{\"context\":") || start.starts_with("{\"benchmarks\":");
}

MicroBenchmarks parse_micro_benchmarks(const std::string& text, const std::string& source) {
  const Json tree = parse_json(without_foreign_numbers(text), source);
  const JsonView json(tree, source);
  MicroBenchmarks result;
  if (json.has("context")) read_context(json.at("context"), result);
  std::map<std::string, std::size_t> places;
  for (const JsonView& each : json.at("benchmarks").items()) read_benchmark(each, result, places);
  return result;
}

}  // namespace physgrad
