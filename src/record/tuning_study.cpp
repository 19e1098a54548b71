#include "physgrad/record/tuning_study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <utility>

#include "physgrad/core/numbers.hpp"
#include "physgrad/files/fields.hpp"
#include "physgrad/files/settings_json.hpp"
#include "physgrad/record/header_json.hpp"
#include "physgrad/record/report.hpp"
#include "physgrad/record/spec_json.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;

constexpr Field<StudyHeader> kHeader[] = {
    {"program", &StudyHeader::program},   {"commit", &StudyHeader::commit},     {"dirty", &StudyHeader::dirty},
    {"cpu", &StudyHeader::cpu},           {"command", &StudyHeader::command},   {"trials", &StudyHeader::trials},
    {"share", &StudyHeader::share},       {"keep", &StudyHeader::keep},         {"shard", &StudyHeader::shard},
    {"settings", &StudyHeader::settings}, {"problems", &StudyHeader::problems}, {"methods", &StudyHeader::methods}};

constexpr std::string_view kStudyStart = R"({"type":"tuning")";

/// What makes two files parts of one study.
constexpr const char* kSameInAll[] = {"program", "seeds", "trials", "share", "keep", "limits", "settings"};

OrderedJson header_tree(const StudyHeader& header) {
  OrderedJson json = {{"type", "tuning"}, {"schema_version", kSchemaVersion}};
  add_fields(header, kHeader, json);
  json["seeds"] = header.seeds;
  json["limits"] = limits_json(header.limits);
  return json;
}

OrderedJson trial_losses_json(const std::vector<double>& losses) {
  OrderedJson json = OrderedJson::array();
  for (const double loss : losses) json.push_back(number_json(loss));
  return json;
}

/// Null is a miss.
std::vector<double> read_trial_losses(const JsonView& json) {
  std::vector<double> losses = json.numbers();
  for (double& loss : losses) loss = std::isnan(loss) ? kInfinity : loss;
  return losses;
}

OrderedJson searched_json(const std::vector<SearchedSetting>& searched) {
  OrderedJson json = OrderedJson::object();
  for (const SearchedSetting& each : searched)
    json[each.key] =
        each.words.empty() ? OrderedJson{count_json(each.low), count_json(each.high)} : OrderedJson(each.words);
  return json;
}

SearchedSetting read_searched(const std::string& key, const JsonView& json) {
  if (json.items().size() > 0 && json.items()[0].value().is_string()) return {key, kAbsent, kAbsent, json.texts()};
  const std::vector<double> ends = json.numbers();
  if (ends.size() != 2) json.fail("expected the two ends of a range, or words");
  return {key, ends[0], ends[1]};
}

void read_trial_columns(const JsonView& json, StudiedPair& pair) {
  pair.trials.resize(pair.first.size());
  for (const SearchedSetting& each : pair.searched) {
    const JsonView column = json.at(each.key);
    if (column.items().size() != pair.trials.size())
      column.fail(fmt::format("expected {} values, one a trial, found {}", pair.trials.size(), column.items().size()));
    std::size_t trial = 0;
    for (const JsonView& value : column.items())
      pair.trials[trial++][each.key] = value.value().is_string() ? SettingValue(value.text()) : value.number();
  }
}

long read_trial(const JsonView& json, const StudiedPair& pair) {
  const long trial = json.count();
  if (static_cast<std::size_t>(trial) >= pair.trials.size())
    json.fail(fmt::format("names trial {}; there are {}", trial, pair.trials.size()));
  return trial;
}

StudiedPair read_pair(const JsonView& json) {
  StudiedPair pair;
  pair.problem = json.at("problem").text();
  pair.method = json.at("method").text();
  pair.budget_seconds = json.at("budget_seconds").number();
  pair.steps = json.at("steps").number();
  pair.fixed = read_settings(json.at("fixed"));
  json.at("searched").each_member([&](const std::string& key, const JsonView& each) {
    pair.searched.push_back(read_searched(key, each));
  });
  pair.first = read_trial_losses(json.at("first"));
  if (pair.first.empty()) json.at("first").fail("expected a loss a trial");
  read_trial_columns(json.at("trials"), pair);
  for (const JsonView& each : json.at("second").items())
    pair.second.push_back({read_trial(each.at("trial"), pair), read_trial_losses(each.at("losses"))});
  for (const JsonView& each : json.at("failures").items()) {
    if (each.items().size() != 3) each.fail("expected trial, seed and reason");
    pair.failures.push_back(
        {read_trial(each.items()[0], pair), each.items()[1].unsigned_integer(), each.items()[2].text()});
  }
  pair.seconds = json.at("seconds").number();
  pair.processor_share = json.at("processor_share").number();
  const JsonView chosen = json.at("chosen");
  pair.chosen = chosen.value().is_null() ? -1 : read_trial(chosen, pair);
  return pair;
}

StudyHeader read_study_header(const JsonView& json) {
  if (json.at("type").text() != "tuning") json.at("type").fail("expected tuning, the first line of a study");
  check_schema(json);
  StudyHeader header;
  read_fields(json, kHeader, header);
  for (const JsonView& seed : json.at("seeds").items()) header.seeds.push_back(seed.unsigned_integer());
  header.limits = read_limits(json.at("limits"));
  return header;
}

}  // namespace

double KeptTrial::median() const {
  std::vector<double> sorted = losses;
  if (sorted.empty()) return kInfinity;
  std::ranges::sort(sorted);
  const double low = sorted[(sorted.size() - 1) / 2], high = sorted[sorted.size() / 2];
  return std::isinf(high) ? high : low + (high - low) / 2;
}

double StudiedPair::tuned_loss() const {
  const auto kept = std::ranges::find(second, chosen, &KeptTrial::trial);
  return kept == second.end() ? kInfinity : kept->median();
}

SettingMap StudiedPair::settings() const {
  SettingMap all = fixed;
  if (chosen >= 0)
    for (const auto& [key, value] : trials[static_cast<std::size_t>(chosen)]) all[key] = value;
  return all;
}

std::string study_line(const StudyHeader& header) { return dump_json(header_tree(header), -1); }

std::string pair_line(const StudiedPair& pair) {
  OrderedJson json = {{"type", "pair"}, {"problem", pair.problem}, {"method", pair.method}};
  json["budget_seconds"] = number_json(pair.budget_seconds);
  json["steps"] = count_json(pair.steps);
  json["fixed"] = settings_json(pair.fixed);
  json["searched"] = searched_json(pair.searched);
  OrderedJson columns = OrderedJson::object();
  for (const SettingMap& trial : pair.trials) {
    const OrderedJson values = settings_json(trial);
    for (const SearchedSetting& each : pair.searched) columns[each.key].push_back(values.at(each.key));
  }
  json["trials"] = columns;
  json["first"] = trial_losses_json(pair.first);
  json["second"] = OrderedJson::array();
  for (const KeptTrial& kept : pair.second)
    json["second"].push_back({{"trial", kept.trial}, {"losses", trial_losses_json(kept.losses)}});
  json["failures"] = OrderedJson::array();
  for (const FailedTrial& each : pair.failures)
    json["failures"].push_back(OrderedJson::array({each.trial, each.seed, each.reason}));
  json["seconds"] = number_json(pair.seconds);
  json["processor_share"] = number_json(pair.processor_share);
  json["chosen"] = pair.chosen < 0 ? OrderedJson() : OrderedJson(pair.chosen);
  return dump_json(json, -1);
}

TuningStudy parse_study(std::string_view text, const std::string& source) {
  TuningStudy study;
  std::set<std::pair<std::string, std::string>> seen;
  std::size_t number = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    if (end == std::string_view::npos) break;
    const std::string place = fmt::format("{}:{}", source, ++number);
    const Json tree = parse_json(text.substr(start, end - start), place);
    const JsonView json(tree, place);
    start = end + 1;
    if (number == 1) {
      study.header = read_study_header(json);
      continue;
    }
    if (json.at("type").text() != "pair") json.at("type").fail("expected pair");
    study.pairs.push_back(read_pair(json));
    if (!seen.emplace(study.pairs.back().problem, study.pairs.back().method).second)
      json.fail(fmt::format("{} on {} stands there twice", study.pairs.back().method, study.pairs.back().problem));
  }
  if (number == 0)
    throw ReadError(fmt::format("{}: is no study; expected the header of one in its first line", source));
  return study;
}

std::vector<fs::path> study_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code ignored;
  if (fs::is_regular_file(folder, ignored)) return {folder};
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".jsonl" && entry.is_regular_file(ignored)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

bool holds_study(const fs::path& folder) {
  return std::ranges::any_of(study_files(folder), [](const fs::path& file) {
    std::string start(kStudyStart.size(), '\0');
    std::ifstream(file).read(start.data(), static_cast<std::streamsize>(start.size()));
    return start == kStudyStart;
  });
}

TuningStudy read_study(const fs::path& folder) {
  const std::vector<fs::path> files = study_files(folder);
  if (files.empty())
    throw ReadError(
        fmt::format("'{}' holds no tuning study; expected a directory with the .jsonl files that tune --study writes",
                    folder.string()));
  TuningStudy whole;
  std::set<std::pair<std::string, std::string>> seen;
  for (const fs::path& file : files) {
    TuningStudy part = parse_study(read_text_file(file), file.string());
    if (file == files.front()) whole.header = part.header;
    const OrderedJson first = header_tree(whole.header), own = header_tree(part.header);
    for (const char* key : kSameInAll)
      if (first.at(key) != own.at(key))
        throw ReadError(fmt::format("'{}' is of another study than '{}': {} {}, there {}", file.string(),
                                    files.front().string(), key, own.at(key).dump(), first.at(key).dump()));
    for (StudiedPair& pair : part.pairs) {
      if (!seen.emplace(pair.problem, pair.method).second)
        throw ReadError(fmt::format("'{}': {} on {} is in another file of the study too", file.string(), pair.method,
                                    pair.problem));
      whole.pairs.push_back(std::move(pair));
    }
  }
  whole.header.shard.clear();
  return whole;
}

std::string study_difference(const StudyHeader& begun, const StudyHeader& fresh) {
  const OrderedJson before = header_tree(begun), now = header_tree(fresh);
  for (const auto& [key, value] : before.items())
    if (key != "command" && value != now.at(key))
      return fmt::format("{} {}, now {}", key, value.dump(), now.at(key).dump());
  return {};
}

}  // namespace physgrad
