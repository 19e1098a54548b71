#include "physgrad/claims/claims_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "physgrad/claims/claim_metrics.hpp"
#include "physgrad/files/settings_json.hpp"

namespace physgrad {
namespace {

constexpr int kClaimsSchemaVersion = 1;
constexpr std::pair<const char*, Moment::Unit> kMoments[] = {{"step", Moment::Unit::step},
                                                             {"samples", Moment::Unit::samples},
                                                             {"seconds", Moment::Unit::seconds},
                                                             {"target", Moment::Unit::target}};
constexpr std::pair<const char*, Relation> kRelations[] = {
    {"less", Relation::less}, {"greater", Relation::greater}, {"about", Relation::about}};

template <typename Value, std::size_t N>
Value named(const JsonView& json, const char* what, const std::string& name,
            const std::pair<const char*, Value> (&table)[N]) {
  std::vector<std::string> known;
  for (const auto& [word, value] : table) {
    if (name == word) return value;
    known.emplace_back(word);
  }
  json.fail(unknown_name_message(what, name, known));
}

std::string text_of(const JsonView& json, const char* key) {
  const JsonView view = json.at(key);
  std::string text = view.text();
  if (text.empty()) view.fail("expected a text that is not empty");
  return text;
}

double positive(const JsonView& json) {
  const double number = json.number();
  if (!std::isfinite(number) || number <= 0) json.fail(fmt::format("expected a number above 0, found {}", number));
  return number;
}

Moment read_moment(const JsonView& json) {
  const std::vector<std::string> keys = json.keys();
  if (keys.size() != 1) json.fail("expected one of step, samples, seconds, target");
  const JsonView value = json.at(keys.front());
  const Moment::Unit unit = named(json, "moment", keys.front(), kMoments);
  const bool counted = unit == Moment::Unit::step || unit == Moment::Unit::samples;
  if (counted && value.integer() == 0) return {unit, 0.0};
  return {unit, positive(value)};
}

/// The moment has to suit the metric: a loss is read at a time, a time at a loss.
void check_moment(const JsonView& json, const std::string& metric, const Moment& at) {
  const bool target = at.unit == Moment::Unit::target;
  if (metric == "seconds_to_target") {
    if (!target) json.fail("seconds_to_target needs \"at\": {\"target\": LOSS}");
  } else if (target || (at.unit != Moment::Unit::end && !is_curve_metric(metric))) {
    json.fail(fmt::format("'{}' cannot be read at such a moment; losses take step, samples or seconds", metric));
  }
}

ClaimSide read_side(const JsonView& json, const Claim& claim, const std::string& problem, const Moment& at) {
  json.check_keys({"method", "problem", "settings", "at"});
  ClaimSide side{json.has("problem") ? text_of(json, "problem") : problem, text_of(json, "method"), {}, at};
  if (json.has("settings")) side.settings = read_settings(json.at("settings"));
  if (json.has("at")) side.at = read_moment(json.at("at"));
  check_moment(json, claim.metric, side.at);
  return side;
}

/// Zero compares with nothing by a ratio; `skipped` is compared as it is.
ClaimSide read_number_side(const JsonView& json, const Claim& claim) {
  json.check_keys({"value"});
  ClaimSide side;
  const JsonView value = json.at("value");
  side.value = claim.metric == "skipped" ? value.number() : positive(value);
  if (!std::isfinite(side.value)) value.fail("expected a number");
  return side;
}

double read_factor(const JsonView& json, Relation relation) {
  const double factor = json.has("factor") ? positive(json.at("factor")) : 1.0;
  if (relation == Relation::about && factor <= 1.0)
    json.fail("relation 'about' needs a factor above 1: b / factor <= a <= b * factor");
  return factor;
}

Claim read_claim(const JsonView& json, const std::map<std::string, Json>& runs) {
  json.check_keys({"id", "source", "statement", "run", "problem", "metric", "at", "a", "b", "relation", "factor",
                   "explanation", "pro_of", "con_of"});
  Claim claim;
  claim.id = text_of(json, "id");
  claim.source = text_of(json, "source");
  claim.statement = text_of(json, "statement");
  claim.run = text_of(json, "run");
  if (json.has("explanation")) claim.explanation = json.at("explanation").text();
  for (const auto& [key, family] : {std::pair("pro_of", &claim.pro_of), std::pair("con_of", &claim.con_of)})
    if (json.has(key)) *family = text_of(json, key);
  std::vector<std::string> names;
  for (const auto& [name, config] : runs) names.push_back(name);
  if (!runs.contains(claim.run)) json.at("run").fail(unknown_name_message("run", claim.run, names));
  const auto limit = [&](const char* key) {
    const Json& run = runs.at(claim.run);
    return run.contains(key) && run.at(key).is_number() ? run.at(key).get<double>() : kAbsent;
  };
  claim.steps = limit("steps");
  claim.budget_seconds = limit("budget");
  claim.seeds = limit("seeds");
  claim.threads = std::isnan(limit("threads")) ? 1 : limit("threads");
  claim.metric = text_of(json, "metric");
  if (std::ranges::find(claim_metrics(), claim.metric) == claim_metrics().end())
    json.at("metric").fail(unknown_name_message("metric", claim.metric, claim_metrics()));
  claim.relation = named(json.at("relation"), "relation", text_of(json, "relation"), kRelations);
  claim.factor = read_factor(json, claim.relation);
  const std::string problem = text_of(json, "problem");
  const Moment at = json.has("at") ? read_moment(json.at("at")) : Moment{};
  claim.a = read_side(json.at("a"), claim, problem, at);
  const JsonView b = json.at("b");
  claim.b = b.has("value") ? read_number_side(b, claim) : read_side(b, claim, problem, at);
  return claim;
}

/// A run's name is a directory's, and the key by which a report is found.
void check_run_name(const JsonView& json, const std::string& name) {
  const bool plain = !name.empty() && name.front() != '.' && name.find('/') == std::string::npos;
  if (!plain) json.fail(fmt::format("'{}' cannot be the name of a run; expected one that a directory can have", name));
}

}  // namespace

ClaimsFile parse_claims(std::string_view text, const std::string& source) {
  const Json tree = parse_json(text, source);
  const JsonView json(tree, source);
  json.check_keys({"schema_version", "runs", "claims"});
  const JsonView version = json.at("schema_version");
  if (version.integer() != kClaimsSchemaVersion)
    version.fail(fmt::format("expected schema version {}, found {}", kClaimsSchemaVersion, version.integer()));
  ClaimsFile file;
  const JsonView runs = json.at("runs");
  for (const std::string& name : runs.keys()) {
    check_run_name(runs, name);
    if (!runs.at(name).value().is_object()) runs.at(name).fail("expected an object, as `run --config` takes it");
    file.runs[name] = runs.at(name).value();
  }
  for (const JsonView& item : json.at("claims").items()) {
    Claim claim = read_claim(item, file.runs);
    if (std::ranges::find(file.claims, claim.id, &Claim::id) != file.claims.end())
      item.fail(fmt::format("the id '{}' appears twice", claim.id));
    file.claims.push_back(std::move(claim));
  }
  return file;
}

}  // namespace physgrad
