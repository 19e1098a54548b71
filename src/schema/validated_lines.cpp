#include "physgrad/schema/validated_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "physgrad/record/cell_lines.hpp"
#include "physgrad/record/tuning_study.hpp"
#include "physgrad/schema/schemas.hpp"

namespace physgrad {
namespace {

constexpr const char *kStudyHeader = "tuning-line", *kStudyPair = "tuning-pair";

/// How many of the keys that the schema names the value has.
std::size_t likeness(const Json& value, const std::string& name) {
  const Json schema = Json::parse(schema_text(name));
  if (!value.is_object()) return 0;
  return static_cast<std::size_t>(std::ranges::count_if(
      schema.at("properties").items(), [&](const auto& property) { return value.contains(property.key()); }));
}

std::string line_schema(const Json& line) {
  for (const char* type : {"run", "step", "end"})
    if (line.is_object() && line.value("type", Json()) == type) return std::string(type) + "-line";
  if (line.is_object() && line.value("type", Json()) == "tuning") return kStudyHeader;
  if (line.is_object() && line.value("type", Json()) == "pair") return kStudyPair;
  if (line.is_object() && line.value("type", Json()) == "weights") return "weights";
  return likeliest(line, {"run-line", "step-line", "end-line", kStudyHeader});
}

void read_line(CellLines& cell, const Json& line, const std::string& place, Findings& findings) {
  try {
    cell.add_value(line, place);
  } catch (const ReadError& error) {
    findings.problem("", error.what());
  }
}

/// What no schema says of a study's lines.
void check_study(const std::string& text, Findings& findings) {
  try {
    (void)parse_study(text, "/");
  } catch (const ReadError& error) {
    findings.problem("", error.what());
  }
}

/// Takes the lines of a cell's file or of a study's, as the first one says.
class LinesCheck {
 public:
  LinesCheck(LineCheckers& checkers, Findings& findings) : checkers_(checkers), findings_(findings) {}

  void check(const Json& json, const std::string& place) {
    const std::string name = line_schema(json);
    const bool first = number_++ == 0;
    if (first) study_ = name == kStudyHeader;
    if (study_ && !first && name != kStudyPair)
      wrong(place, "expected pair, as in every line of a study but the first");
    else if (name.empty() || (!study_ && !first && (name == kStudyHeader || name == kStudyPair)))
      wrong(place, "is missing or unknown; expected one of run, step, weights, end");
    else if (!study_ && first && name != "run-line")
      wrong(place, "expected run, the first line of a cell's file");
    else if (checkers_.of(name).check(json, place, findings_) && !study_)
      read_line(cell_, json, place, findings_);
  }
  [[nodiscard]] bool is_study() const { return study_; }

 private:
  void wrong(const std::string& place, const char* message) { findings_.problem(place + "/type", message); }
  LineCheckers& checkers_;
  Findings& findings_;
  CellLines cell_;
  std::size_t number_ = 0;
  bool study_ = false;
};

}  // namespace

std::string likeliest(const Json& value, const std::vector<std::string>& names) {
  std::string best;
  std::size_t most = 1;  // a schema_version alone says nothing
  for (const std::string& name : names)
    if (const std::size_t keys = likeness(value, name); keys > most) {
      best = name;
      most = keys;
    }
  return best;
}

Validation validate_lines(const std::string& text, const std::string& source, LineCheckers& checkers,
                          Findings& findings) {
  LinesCheck lines(checkers, findings);
  Validation result;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = text.find('\n', start);
    const std::string line = text.substr(start, end - start);
    const std::string place = fmt::format("line {} ", ++result.parts);
    if (end == std::string::npos && !Json::accept(line)) {
      findings.warning(place, "is cut off and is not read: what wrote it was interrupted");
      break;
    }
    lines.check(parse_json(line, fmt::format("{}:{}", source, result.parts)), place);
    start = end == std::string::npos ? text.size() : end + 1;
  }
  result.kind = lines.is_study() ? "tuning" : "cell";
  if (lines.is_study()) check_study(text.substr(0, start), findings);
  return result;
}

bool is_lines(const std::string& text) {
  const std::size_t end = text.find('\n');
  const std::string line = text.substr(0, end);
  constexpr std::size_t kLongestLine = 16u << 20;  // a report without line ends may be longer
  if (line.empty() || line.front() != '{' || line.size() > kLongestLine || !Json::accept(line)) return false;
  if (end != std::string::npos && text.find_first_not_of(" \t\r\n", end) != std::string::npos) return true;
  const Json json = Json::parse(line);
  const std::string name =
      likeliest(json, {"inspect", "claims", "report", "run-line", "step-line", "end-line", kStudyHeader, "weights"});
  return name.ends_with("-line");
}

}  // namespace physgrad
