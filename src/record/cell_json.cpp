#include "physgrad/record/cell_json.hpp"

#include "physgrad/record/header_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace physgrad {
namespace {

OrderedJson curve_json(const std::vector<CurvePoint>& curve) {
  OrderedJson json;
  for (const char* key : {"step", "seconds", "samples", "train_loss", "test_loss", "x_error", "x_error_relative",
                          "x_error_determined", "hash", "simulator_calls"})
    json[key] = OrderedJson::array();
  for (const CurvePoint& point : curve) {
    json["step"].push_back(point.step);
    json["seconds"].push_back(number_json(point.seconds));
    json["samples"].push_back(point.samples);
    json["train_loss"].push_back(number_json(point.losses.train_loss));
    json["test_loss"].push_back(number_json(point.losses.test_loss));
    json["x_error"].push_back(number_json(point.losses.x_error));
    json["x_error_relative"].push_back(number_json(point.losses.x_error_relative));
    json["x_error_determined"].push_back(number_json(point.losses.x_error_determined));
    json["hash"].push_back(hash_text(point.hash));
    json["simulator_calls"].push_back(count_json(point.simulator_calls));
  }
  return json;
}

std::vector<CurvePoint> read_curve(const JsonView& json) {
  const auto steps = json.at("step").items();
  const auto column = [&](const char* key) {
    const JsonView view = json.at(key);
    auto items = view.items();
    if (items.size() != steps.size())
      view.fail(fmt::format("has {} entries where 'step' has {}", items.size(), steps.size()));
    return items;
  };
  const auto seconds = column("seconds"), samples = column("samples"), train = column("train_loss"),
             test = column("test_loss"), x_error = column("x_error");
  const auto optional_column = [&](const char* key) { return json.has(key) ? column(key) : std::vector<JsonView>{}; };
  const auto hash = optional_column("hash"), calls = optional_column("simulator_calls"),
             relative = optional_column("x_error_relative"), determined = optional_column("x_error_determined");
  const auto number = [](const std::vector<JsonView>& values, std::size_t i) {
    return values.empty() ? kAbsent : values[i].number();
  };
  std::vector<CurvePoint> curve;
  for (std::size_t i = 0; i < steps.size(); ++i)
    curve.push_back(
        {steps[i].count(),
         seconds[i].number(),
         samples[i].count(),
         {train[i].number(), test[i].number(), x_error[i].number(), number(relative, i), number(determined, i)},
         hash.empty() ? 0 : read_hash(hash[i]),
         number(calls, i)});
  return curve;
}

OrderedJson targets_json(const std::vector<TargetRecord>& targets) {
  OrderedJson json = OrderedJson::array();
  for (const TargetRecord& target : targets)
    json.push_back({{"loss", number_json(target.loss)},
                    {"seconds", number_json(target.seconds)},
                    {"steps", count_json(target.steps)}});
  return json;
}

OrderedJson time_json(const TimeRecord& time) {
  OrderedJson phases;
  for (std::size_t p = 0; p < kPhases; ++p) phases[to_text(static_cast<Phase>(p))] = number_json(time.phases[p]);
  return {{"wall_seconds", number_json(time.wall_seconds)},
          {"train_seconds", number_json(time.train_seconds)},
          {"cpu_seconds", number_json(time.cpu_seconds)},
          {"first_step_seconds", number_json(time.first_step_seconds)},
          {"step_seconds",
           {{"mean", number_json(time.step_mean)},
            {"median", number_json(time.step_median)},
            {"p10", number_json(time.step_p10)},
            {"p90", number_json(time.step_p90)}}},
          {"phases", phases},
          {"inference_seconds", number_json(time.inference_seconds)},
          {"threads", count_json(time.threads)}};
}

TimeRecord read_time(const JsonView& json) {
  TimeRecord time;
  time.wall_seconds = json.at("wall_seconds").number();
  if (json.has("train_seconds")) time.train_seconds = json.at("train_seconds").number();
  time.cpu_seconds = json.at("cpu_seconds").number();
  time.first_step_seconds = json.at("first_step_seconds").number();
  const JsonView step = json.at("step_seconds");
  if (step.has("mean")) time.step_mean = step.at("mean").number();
  time.step_median = step.at("median").number();
  time.step_p10 = step.at("p10").number();
  time.step_p90 = step.at("p90").number();
  const JsonView phases = json.at("phases");
  for (std::size_t p = 0; p < kPhases; ++p) time.phases[p] = phases.at(to_text(static_cast<Phase>(p))).number();
  if (json.has("inference_seconds")) time.inference_seconds = json.at("inference_seconds").number();
  if (json.has("threads")) time.threads = json.at("threads").number();
  return time;
}

OrderedJson memory_json(const MemoryRecord& memory) {
  OrderedJson by_use;
  for (std::size_t u = 0; u < kHeapUses; ++u)
    by_use[to_text(static_cast<HeapUse>(u))] = count_json(memory.heap_by_use[u]);
  return {{"peak_rss_bytes", count_json(memory.peak_rss_bytes)},
          {"peak_heap_bytes", count_json(memory.peak_heap_bytes)},
          {"predicted_bytes", count_json(memory.predicted_bytes)},
          {"heap_by_use", by_use}};
}

MemoryRecord read_memory(const JsonView& json) {
  MemoryRecord memory;
  memory.peak_rss_bytes = json.at("peak_rss_bytes").number();
  memory.peak_heap_bytes = json.at("peak_heap_bytes").number();
  memory.predicted_bytes = json.at("predicted_bytes").number();
  if (json.has("heap_by_use")) {
    const JsonView by_use = json.at("heap_by_use");
    for (std::size_t u = 0; u < kHeapUses; ++u)
      memory.heap_by_use[u] = by_use.at(to_text(static_cast<HeapUse>(u))).number();
  }
  return memory;
}

struct CostName {
  const char* key;
  double Costs::*part;
};
constexpr CostName kCosts[] = {{"simulations", &Costs::simulations},
                               {"simulator_jvps", &Costs::simulator_jvps},
                               {"simulator_vjps", &Costs::simulator_vjps},
                               {"network_passes", &Costs::network_passes},
                               {"network_jvps", &Costs::network_jvps},
                               {"network_vjps", &Costs::network_vjps},
                               {"decompositions", &Costs::decompositions},
                               {"sample_decompositions", &Costs::sample_decompositions},
                               {"flops", &Costs::flops}};

OrderedJson costs_json(const CellRecord& cell) {
  OrderedJson json;
  for (const CostName& each : kCosts)
    json[each.key] = cell.has_costs ? count_json(cell.costs.*each.part) : OrderedJson(nullptr);
  return json;
}

void read_costs(const JsonView& json, CellRecord& cell) {
  cell.has_costs = !json.at("simulations").value().is_null();
  if (!cell.has_costs) return;
  for (const CostName& each : kCosts) cell.costs.*each.part = json.at(each.key).number();
}

OrderedJson diagnostics_json(const Diagnostics& diagnostics) {
  return {{"kept_rank", count_json(diagnostics.kept_rank)},
          {"singular_max", number_json(diagnostics.singular_max)},
          {"singular_min_kept", number_json(diagnostics.singular_min_kept)},
          {"inverse_residual", number_json(diagnostics.inverse_residual)},
          {"fallback_rate", number_json(diagnostics.fallback_rate)},
          {"handovers", count_json(diagnostics.handovers)},
          {"error_estimate", number_json(diagnostics.error_estimate)},
          {"activation_mean", number_json(diagnostics.activation_mean)},
          {"activation_spread", number_json(diagnostics.activation_spread)},
          {"kernel", diagnostics.kernel.empty() ? OrderedJson(nullptr) : OrderedJson(diagnostics.kernel)},
          {"kernel_reason",
           diagnostics.kernel_reason.empty() ? OrderedJson(nullptr) : OrderedJson(diagnostics.kernel_reason)}};
}

Diagnostics read_diagnostics(const JsonView& json) {
  Diagnostics result;
  result.kept_rank = json.at("kept_rank").number();
  result.singular_max = json.at("singular_max").number();
  result.singular_min_kept = json.at("singular_min_kept").number();
  result.inverse_residual = json.at("inverse_residual").number();
  result.fallback_rate = json.at("fallback_rate").number();
  if (json.has("handovers")) result.handovers = json.at("handovers").number();
  if (json.has("error_estimate")) result.error_estimate = json.at("error_estimate").number();
  if (json.has("activation_mean")) result.activation_mean = json.at("activation_mean").number();
  if (json.has("activation_spread")) result.activation_spread = json.at("activation_spread").number();
  result.kernel = json.at("kernel").text();
  if (json.has("kernel_reason")) result.kernel_reason = json.at("kernel_reason").text();
  return result;
}

Status read_status(const JsonView& json) {
  try {
    return parse_status(json.text());
  } catch (const std::invalid_argument& error) {
    json.fail(error.what());
  }
}

Sizes read_sizes(const JsonView& json) {
  return {json.at("parameters").count(), json.at("outputs").count(), json.at("controls").count(),
          json.at("batch").count(), json.at("jacobian_rows").count()};
}

}  // namespace

std::string hash_text(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

std::uint64_t read_hash(const JsonView& json) {
  const std::string text = json.text();
  std::uint64_t hash = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), hash, 16);
  if (text.size() != 16 || result.ptr != text.data() + text.size())
    json.fail(fmt::format("expected a hash of 16 hexadecimal digits, found '{}'", text));
  return hash;
}

OrderedJson losses_json(const Losses& losses) {
  return {{"train_loss", number_json(losses.train_loss)},
          {"test_loss", number_json(losses.test_loss)},
          {"x_error", number_json(losses.x_error)},
          {"x_error_relative", number_json(losses.x_error_relative)},
          {"x_error_determined", number_json(losses.x_error_determined)}};
}

Losses read_losses(const JsonView& json) {
  const auto optional = [&](const char* key) { return json.has(key) ? json.at(key).number() : kAbsent; };
  return {json.at("train_loss").number(), json.at("test_loss").number(), json.at("x_error").number(),
          optional("x_error_relative"), optional("x_error_determined")};
}

OrderedJson settings_json(const SettingMap& settings) {
  OrderedJson json = OrderedJson::object();
  for (const auto& [key, value] : settings)
    json[key] = std::visit(
        [](const auto& content) -> OrderedJson {
          if constexpr (std::is_same_v<std::decay_t<decltype(content)>, double>) return count_json(content);
          return content;
        },
        value);
  return json;
}

SettingMap read_settings(const JsonView& json) {
  SettingMap result;
  for (const std::string& key : json.keys()) {
    const JsonView view = json.at(key);
    const Json& value = view.value();
    if (value.is_boolean())
      result[key] = view.boolean();
    else if (value.is_string())
      result[key] = view.text();
    else if (value.is_array())
      result[key] = view.numbers();
    else if (value.is_number())
      result[key] = view.number();
    else
      view.fail("expected a number, a text, true, false or a list of numbers");
  }
  return result;
}

OrderedJson limits_json(const CellLimits& limits) {
  return {{"budget_seconds", number_json(limits.budget_seconds)},
          {"steps", count_json(limits.steps)},
          {"timeout_seconds", number_json(limits.timeout_seconds)},
          {"memory_bytes", count_json(limits.memory_bytes)},
          {"target_stop", limits.target_stop}};
}

CellLimits read_limits(const JsonView& json) {
  return {json.at("budget_seconds").number(), json.at("steps").number(), json.at("timeout_seconds").number(),
          json.at("memory_bytes").number(), json.at("target_stop").boolean()};
}

OrderedJson identity_json(const CellRecord& cell) {
  OrderedJson json = {{"task_id", cell.task_id},           {"setup_id", cell.setup_id},
                      {"machine", cell.machine},           {"program", cell.program},
                      {"seed_matters", cell.seed_matters}, {"limits", limits_json(cell.limits)}};
  json["data_digest"] = cell.data_digest;
  json["settings"] = {
      {"given", settings_json(cell.given)}, {"used", settings_json(cell.used)}, {"of_problem", cell.problem_settings}};
  return json;
}

void read_identity(const JsonView& json, CellRecord& cell) {
  if (json.has("task_id")) cell.task_id = json.at("task_id").text();
  if (json.has("setup_id")) cell.setup_id = json.at("setup_id").text();
  if (json.has("machine"))  // beyond what fits there is no machine either
    cell.machine = static_cast<int>(std::min<long>(json.at("machine").count(), std::numeric_limits<int>::max()));
  if (json.has("program")) cell.program = json.at("program").text();
  if (json.has("seed_matters")) cell.seed_matters = json.at("seed_matters").boolean();
  if (json.has("limits")) cell.limits = read_limits(json.at("limits"));
  cell.given = read_settings(json.at("settings").at("given"));
  cell.used = read_settings(json.at("settings").at("used"));
  if (json.has("data_digest")) cell.data_digest = json.at("data_digest").text();
  if (json.at("settings").has("of_problem")) cell.problem_settings = json.at("settings").at("of_problem").texts();
}

OrderedJson cell_json(const CellRecord& cell, bool with_curve) {
  OrderedJson json = key_json(cell);
  json.update(identity_json(cell));
  json.update(OrderedJson{
      {"status", to_text(cell.status)},
      {"reason", cell.reason},
      {"sizes",
       {{"parameters", cell.sizes.parameters},
        {"outputs", cell.sizes.outputs},
        {"controls", cell.sizes.controls},
        {"batch", cell.sizes.batch},
        {"jacobian_rows", cell.sizes.jacobian_rows}}},
      {"steps", cell.steps},
      {"samples_seen", cell.samples_seen},
      {"timing_valid", cell.timing_valid},
      {"disturbed", cell.disturbed},
      {"processor_share", number_json(cell.processor_share)},
      {"preemptions", count_json(cell.preemptions)},
  });
  if (with_curve) json["curve"] = curve_json(cell.curve);
  json["initial"] = losses_json(cell.initial);
  json["final"] = losses_json(cell.final);
  json["best"] = losses_json(cell.best);
  json["targets"] = targets_json(cell.targets);
  json["time"] = time_json(cell.time);
  json["memory"] = memory_json(cell.memory);
  json["costs"] = costs_json(cell);
  json["diagnostics"] = diagnostics_json(cell.diagnostics);
  json["trajectory_hash"] = cell.trajectory_hash.empty() ? OrderedJson(nullptr) : OrderedJson(cell.trajectory_hash);
  return json;
}

CellRecord read_cell(const JsonView& json, bool with_curve) {
  CellRecord cell;
  static_cast<CellKey&>(cell) = read_key(json);
  cell.status = read_status(json.at("status"));
  cell.reason = json.at("reason").text();
  read_identity(json, cell);
  cell.sizes = read_sizes(json.at("sizes"));
  cell.steps = json.at("steps").count();
  cell.samples_seen = json.at("samples_seen").count();
  cell.timing_valid = json.at("timing_valid").boolean();
  if (json.has("disturbed")) cell.disturbed = json.at("disturbed").boolean();
  if (json.has("processor_share")) cell.processor_share = json.at("processor_share").number();
  if (json.has("preemptions")) cell.preemptions = json.at("preemptions").number();
  if (with_curve) cell.curve = read_curve(json.at("curve"));
  cell.initial = read_losses(json.at("initial"));
  cell.final = read_losses(json.at("final"));
  cell.best = read_losses(json.at("best"));
  for (const JsonView& target : json.at("targets").items())
    cell.targets.push_back({target.at("loss").number(), target.at("seconds").number(), target.at("steps").number()});
  cell.time = read_time(json.at("time"));
  cell.memory = read_memory(json.at("memory"));
  if (json.has("costs") && !json.at("costs").value().is_null()) read_costs(json.at("costs"), cell);
  cell.diagnostics = read_diagnostics(json.at("diagnostics"));
  cell.trajectory_hash = json.at("trajectory_hash").text();
  return cell;
}

}  // namespace physgrad
