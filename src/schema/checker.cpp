#include "physgrad/schema/checker.hpp"

#include <fmt/format.h>

#include <cctype>
#include <set>

#include "physgrad/core/settings.hpp"
#include "physgrad/schema/schemas.hpp"

namespace physgrad {
namespace {

constexpr std::size_t kLongestValue = 40;

/// What stands there, in short.
std::string found_text(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  return one_line(value.dump(-1, ' ', false, Json::error_handler_t::replace), kLongestValue);
}

/// Validators name the rule; people want to know what would have been right.
std::string message_of(const SchemaMismatch& mismatch, const Json& value, const SchemaPlace& place) {
  const std::string& rule = mismatch.rule;
  const bool of_value =
      rule.starts_with("Value type") || rule.starts_with("Failed to match") || rule.starts_with("Expected number");
  if (of_value) return fmt::format("expected {}, found {}", place.expected(), found_text(value));
  std::string message = rule.substr(0, rule.find_last_not_of('.') + 1);
  if (!message.empty()) message.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(message.front())));
  return message;
}

const Json* member_of(const Json& value, const std::string& token) {
  if (value.is_object()) return &value.at(token);
  return &value.at(std::stoul(token));
}

}  // namespace

void Findings::add(const std::string& place, const std::string& message, bool warning) {
  if (++(warning ? found_.warnings : found_.problems) <= most_) found_.findings.push_back({place, message, warning});
}

void Findings::move_to(Validation& result) {
  result.problems = found_.problems;
  result.warnings = found_.warnings;
  result.findings = std::move(found_.findings);
}

Checker::Checker(Json schema) : schema_(std::move(schema)), rules_(schema_), quick_(schema_) {}

Checker::Checker(const std::string& name) : Checker(Json::parse(schema_text(name))) {}

Checker Checker::definition(const std::string& name, const std::string& part) {
  const Json whole = Json::parse(schema_text(name));
  Json schema = whole.at("definitions").at(part);
  schema["definitions"] = whole.at("definitions");
  return Checker(std::move(schema));
}

bool Checker::check(const Json& value, const std::string& pointer, Findings& findings) const {
  if (quick_.accepts(value)) return true;
  const std::vector<SchemaMismatch> mismatches = rules_.mismatches(value);
  std::set<std::string> said;
  for (const SchemaMismatch& mismatch : mismatches) {
    const Json* found = &value;
    SchemaPlace place(schema_);
    std::string at = pointer;
    for (const std::string& token : mismatch.place) {
      found = member_of(*found, token);
      place = place.at(token);
      at = joined_pointer(at, token);
    }
    const std::string message = message_of(mismatch, *found, place);
    if (said.insert(at + "\n" + message).second) findings.problem(at, message);
  }
  SchemaPlace(schema_).each_unknown_key(
      value, pointer, [&](const std::string& at, const std::string& key, const std::vector<std::string>& likely) {
        findings.warning(at, fmt::format("unknown key '{}'; did you mean '{}'?", key, nearest_name(key, likely)));
      });
  return mismatches.empty();
}

}  // namespace physgrad
