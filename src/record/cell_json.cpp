#include "physgrad/record/cell_json.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <iterator>
#include <stdexcept>
#include <vector>

#include "physgrad/files/fields.hpp"
#include "physgrad/record/spec_json.hpp"

namespace physgrad {
namespace {

constexpr Field<CurvePoint> kPoint[] = {
    {"step", &CurvePoint::step}, {"seconds", &CurvePoint::seconds}, {"samples", &CurvePoint::samples}};
constexpr Field<CurvePoint> kPointCosts[] = {{"simulator_calls", &CurvePoint::simulator_calls, Form::whole, false}};

constexpr Field<Losses> kLosses[] = {{"train_loss", &Losses::train_loss},
                                     {"test_loss", &Losses::test_loss},
                                     {"x_error", &Losses::x_error},
                                     {"x_error_relative", &Losses::x_error_relative, Form::plain, false},
                                     {"x_error_determined", &Losses::x_error_determined, Form::plain, false}};

constexpr Field<TargetRecord> kTarget[] = {
    {"loss", &TargetRecord::loss}, {"seconds", &TargetRecord::seconds}, {"steps", &TargetRecord::steps, Form::whole}};

constexpr Field<Sizes> kSizes[] = {{"parameters", &Sizes::parameters},
                                   {"outputs", &Sizes::outputs},
                                   {"controls", &Sizes::controls},
                                   {"batch", &Sizes::batch},
                                   {"jacobian_rows", &Sizes::jacobian_rows}};

constexpr Field<CellRecord> kCounts[] = {
    {"steps", &CellRecord::steps},
    {"samples_seen", &CellRecord::samples_seen},
    {"timing_valid", &CellRecord::timing_valid},
    {"disturbed", &CellRecord::disturbed, Form::plain, false},
    {"processor_share", &CellRecord::processor_share, Form::plain, false},
    {"preemptions", &CellRecord::preemptions, Form::whole, false},
};

constexpr Field<TimeRecord> kTimes[] = {{"wall_seconds", &TimeRecord::wall_seconds},
                                        {"train_seconds", &TimeRecord::train_seconds, Form::plain, false},
                                        {"cpu_seconds", &TimeRecord::cpu_seconds},
                                        {"first_step_seconds", &TimeRecord::first_step_seconds}};
constexpr Field<TimeRecord> kStepTimes[] = {{"mean", &TimeRecord::step_mean, Form::plain, false},
                                            {"median", &TimeRecord::step_median},
                                            {"p10", &TimeRecord::step_p10},
                                            {"p90", &TimeRecord::step_p90}};
constexpr Field<TimeRecord> kOtherTimes[] = {{"inference_seconds", &TimeRecord::inference_seconds, Form::plain, false},
                                             {"threads", &TimeRecord::threads, Form::whole, false}};

constexpr Field<MemoryRecord> kMemory[] = {{"peak_rss_bytes", &MemoryRecord::peak_rss_bytes, Form::whole},
                                           {"peak_heap_bytes", &MemoryRecord::peak_heap_bytes, Form::whole},
                                           {"predicted_bytes", &MemoryRecord::predicted_bytes, Form::whole}};

constexpr Field<Costs> kCosts[] = {{"simulations", &Costs::simulations, Form::whole},
                                   {"simulator_jvps", &Costs::simulator_jvps, Form::whole},
                                   {"simulator_vjps", &Costs::simulator_vjps, Form::whole},
                                   {"network_passes", &Costs::network_passes, Form::whole},
                                   {"network_jvps", &Costs::network_jvps, Form::whole},
                                   {"network_vjps", &Costs::network_vjps, Form::whole},
                                   {"decompositions", &Costs::decompositions, Form::whole},
                                   {"sample_decompositions", &Costs::sample_decompositions, Form::whole},
                                   {"flops", &Costs::flops, Form::whole}};

constexpr Field<Diagnostics> kDiagnostics[] = {
    {"kept_rank", &Diagnostics::kept_rank, Form::whole},
    {"singular_max", &Diagnostics::singular_max},
    {"singular_min_kept", &Diagnostics::singular_min_kept},
    {"inverse_residual", &Diagnostics::inverse_residual},
    {"fallback_rate", &Diagnostics::fallback_rate},
    {"inner_iterations", &Diagnostics::inner_iterations, Form::plain, false},
    {"handovers", &Diagnostics::handovers, Form::whole, false},
    {"error_estimate", &Diagnostics::error_estimate, Form::plain, false},
    {"activation_mean", &Diagnostics::activation_mean, Form::plain, false},
    {"activation_spread", &Diagnostics::activation_spread, Form::plain, false},
    {"kernel", &Diagnostics::kernel, Form::or_null},
    {"kernel_reason", &Diagnostics::kernel_reason, Form::or_null, false}};

const auto itself = [](auto& point) -> auto& { return point; };
const auto losses_of = [](auto& point) -> auto& { return point.losses; };

/// Adds a list of the points' values for every field of what `of` finds in a point.
template <class Owner, std::size_t Count, class Of>
void add_columns(const std::vector<CurvePoint>& curve, const Field<Owner> (&table)[Count], Of of, OrderedJson& json) {
  for (const Field<Owner>& field : table) {
    OrderedJson& column = json[field.key] = OrderedJson::array();
    column.get_ref<OrderedJson::array_t&>().reserve(curve.size());
    for (const CurvePoint& point : curve)
      column.push_back(
          std::visit([&](auto member) { return value_json(of(point).*member, field.form); }, field.member));
  }
}

OrderedJson curve_json(const std::vector<CurvePoint>& curve) {
  OrderedJson json = OrderedJson::object();
  make_room(std::size(kPoint) + std::size(kLosses) + 1 + std::size(kPointCosts), json);
  add_columns(curve, kPoint, itself, json);
  add_columns(curve, kLosses, losses_of, json);
  OrderedJson& hashes = json["hash"] = OrderedJson::array();
  hashes.get_ref<OrderedJson::array_t&>().reserve(curve.size());
  for (const CurvePoint& point : curve) hashes.push_back(hash_text(point.hash));
  add_columns(curve, kPointCosts, itself, json);
  return json;
}

JsonItems column_of(const JsonView& column, std::size_t length) {
  const JsonItems items = column.items();
  if (items.size() != length) column.fail(fmt::format("has {} entries where 'step' has {}", items.size(), length));
  return items;
}

template <class Owner, std::size_t Count, class Of>
void read_columns(const JsonView& json, const Field<Owner> (&table)[Count], Of of, std::vector<CurvePoint>& curve) {
  for (const Field<Owner>& field : table) {
    const auto column = field.required ? json.at(field.key) : json.find(field.key);
    if (!column) continue;
    const auto read = [&](auto member) {
      auto point = curve.begin();
      for (const JsonView& value : column_of(*column, curve.size())) read_value(value, of(*point++).*member);
    };
    std::visit(read, field.member);
  }
}

std::vector<CurvePoint> read_curve(const JsonView& json) {
  std::vector<CurvePoint> curve(json.at("step").items().size());
  read_columns(json, kPoint, itself, curve);
  read_columns(json, kLosses, losses_of, curve);
  if (const auto hashes = json.find("hash")) {
    auto point = curve.begin();
    for (const JsonView& hash : column_of(*hashes, curve.size())) (point++)->hash = read_hash(hash);
  }
  read_columns(json, kPointCosts, itself, curve);
  return curve;
}

/// Numbers as texts, all of them written at once: a tree for each point takes several times as long.
class NumberTexts {
 public:
  template <class Owner, std::size_t Count>
  void add(const Owner& owner, const Field<Owner> (&table)[Count]) {
    for (const Field<Owner>& field : table)
      numbers_.push_back(std::visit([&](auto member) { return value_json(owner.*member, field.form); }, field.member));
  }
  void write() { text_ = dump_json(numbers_, -1); }
  /// Appends the next ones with the keys of the table, a comma behind each.
  template <class Owner, std::size_t Count>
  void take(const Field<Owner> (&table)[Count], std::string& text) {
    for (const Field<Owner>& field : table) {
      const std::size_t end = text_.find_first_of(",]", at_);
      text += fmt::format(R"("{}":{},)", field.key, std::string_view(text_).substr(at_, end - at_));
      at_ = end + 1;
    }
  }

 private:
  OrderedJson numbers_ = OrderedJson::array();
  std::string text_;
  std::size_t at_ = 1;  ///< behind "["
};

OrderedJson targets_json(const std::vector<TargetRecord>& targets) {
  OrderedJson json = OrderedJson::array();
  for (const TargetRecord& target : targets) json.push_back(fields_json(target, kTarget));
  return json;
}

template <class Name, std::size_t Count>
OrderedJson named_json(const std::array<double, Count>& values, Form form) {
  OrderedJson json = OrderedJson::object();
  make_room(Count, json);
  for (std::size_t i = 0; i < Count; ++i) json[to_text(static_cast<Name>(i))] = value_json(values[i], form);
  return json;
}

template <class Name, std::size_t Count>
void read_named(const JsonView& json, std::array<double, Count>& values) {
  for (std::size_t i = 0; i < Count; ++i) values[i] = json.at(to_text(static_cast<Name>(i))).number();
}

OrderedJson time_json(const TimeRecord& time) {
  OrderedJson json = OrderedJson::object();
  make_room(std::size(kTimes) + 2 + std::size(kOtherTimes), json);
  add_fields(time, kTimes, json);
  json["step_seconds"] = fields_json(time, kStepTimes);
  json["phases"] = named_json<Phase>(time.phases, Form::plain);
  add_fields(time, kOtherTimes, json);
  return json;
}

TimeRecord read_time(const JsonView& json) {
  TimeRecord time;
  read_fields(json, kTimes, time);
  read_fields(json.at("step_seconds"), kStepTimes, time);
  read_named<Phase>(json.at("phases"), time.phases);
  read_fields(json, kOtherTimes, time);
  return time;
}

OrderedJson memory_json(const MemoryRecord& memory) {
  OrderedJson json = OrderedJson::object();
  make_room(std::size(kMemory) + 1, json);
  add_fields(memory, kMemory, json);
  json["heap_by_use"] = named_json<HeapUse>(memory.heap_by_use, Form::whole);
  return json;
}

MemoryRecord read_memory(const JsonView& json) {
  MemoryRecord memory;
  read_fields(json, kMemory, memory);
  if (json.has("heap_by_use")) read_named<HeapUse>(json.at("heap_by_use"), memory.heap_by_use);
  return memory;
}

/// Null in every key where nothing was counted.
OrderedJson costs_json(const CellRecord& cell) {
  OrderedJson json = fields_json(cell.costs, kCosts);
  if (!cell.has_costs)
    for (auto& [key, value] : json.items()) value = nullptr;
  return json;
}

void read_costs(const JsonView& json, CellRecord& cell) {
  cell.has_costs = !json.at(kCosts[0].key).value().is_null();
  if (cell.has_costs) read_fields(json, kCosts, cell.costs);
}

Status read_status(const JsonView& json) {
  try {
    return parse_status(json.text());
  } catch (const std::invalid_argument& error) {
    json.fail(error.what());
  }
}

OrderedJson losses_json(const Losses& losses) { return fields_json(losses, kLosses); }

Losses read_losses(const JsonView& json) {
  Losses losses;
  read_fields(json, kLosses, losses);
  return losses;
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

std::vector<std::string> point_members(const std::vector<CurvePoint>& curve) {
  NumberTexts numbers;
  for (const CurvePoint& point : curve) {
    numbers.add(point, kPoint);
    numbers.add(point.losses, kLosses);
    numbers.add(point, kPointCosts);
  }
  numbers.write();
  std::vector<std::string> result;
  result.reserve(curve.size());
  for (const CurvePoint& point : curve) {
    std::string& text = result.emplace_back();
    numbers.take(kPoint, text);
    numbers.take(kLosses, text);
    text += R"("hash":")" + hash_text(point.hash) + R"(",)";
    numbers.take(kPointCosts, text);
    text.pop_back();
  }
  return result;
}

CurvePoint read_point(const JsonView& json) {
  CurvePoint point;
  read_fields(json, kPoint, point);
  point.losses = read_losses(json);
  if (json.has("hash")) point.hash = read_hash(json.at("hash"));
  read_fields(json, kPointCosts, point);
  return point;
}

OrderedJson cell_json(const CellRecord& cell, bool with_curve) {
  OrderedJson json = OrderedJson::object();
  add_cell(cell, with_curve, json);
  return json;
}

void add_cell(const CellRecord& cell, bool with_curve, OrderedJson& json) {
  constexpr std::size_t kMembers = 40;  // or a few less
  make_room(kMembers, json);
  add_spec(cell, json);
  json["status"] = to_text(cell.status);
  json["reason"] = cell.reason;
  json["sizes"] = fields_json(cell.sizes, kSizes);
  add_fields(cell, kCounts, json);
  if (with_curve) json["curve"] = curve_json(cell.curve);
  json["initial"] = losses_json(cell.initial);
  json["final"] = losses_json(cell.final);
  json["best"] = losses_json(cell.best);
  json["targets"] = targets_json(cell.targets);
  json["time"] = time_json(cell.time);
  json["memory"] = memory_json(cell.memory);
  json["costs"] = costs_json(cell);
  json["diagnostics"] = fields_json(cell.diagnostics, kDiagnostics);
  json["trajectory_hash"] = value_json(cell.trajectory_hash, Form::or_null);
}

CellRecord read_cell(const JsonView& json, bool with_curve) {
  CellRecord cell;
  static_cast<CellSpec&>(cell) = read_spec(json);
  cell.status = read_status(json.at("status"));
  cell.reason = json.at("reason").text();
  read_fields(json.at("sizes"), kSizes, cell.sizes);
  read_fields(json, kCounts, cell);
  if (with_curve) cell.curve = read_curve(json.at("curve"));
  cell.initial = read_losses(json.at("initial"));
  cell.final = read_losses(json.at("final"));
  cell.best = read_losses(json.at("best"));
  for (const JsonView& target : json.at("targets").items()) read_fields(target, kTarget, cell.targets.emplace_back());
  cell.time = read_time(json.at("time"));
  cell.memory = read_memory(json.at("memory"));
  if (json.has("costs") && !json.at("costs").value().is_null()) read_costs(json.at("costs"), cell);
  read_fields(json.at("diagnostics"), kDiagnostics, cell.diagnostics);
  cell.trajectory_hash = json.at("trajectory_hash").text();
  return cell;
}

}  // namespace physgrad
