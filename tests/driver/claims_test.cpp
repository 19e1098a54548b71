// The verb `claims`, and that the claims of the repository can be measured by this program.
#include <algorithm>

#include "built_in.hpp"
#include "driver/driver_process.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/claims/claims_file.hpp"
#include "physgrad/record/report_json.hpp"
#include "record/sample_records.hpp"

namespace physgrad {
namespace {

class ClaimsVerb : public testing::DriverProcess {
 protected:
  void write_report(const std::string& folder) const {
    std::vector<CellRecord> cells;
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
      cells.push_back(testing::sample_cell("hig", seed, 0.1));
      cells.push_back(testing::sample_cell("dp-adam", seed, 0.5));
    }
    std::filesystem::create_directories(folder_ / folder);
    write(folder + "/report.json", report_text(testing::sample_report(std::move(cells))));
  }
};

constexpr const char* kClaims = R"({"schema_version": 1, "runs": {"first": {}}, "claims": [
  {"id": "one", "source": "s", "statement": "t", "run": "first", "problem": "heat", "metric": "train_loss",
   "a": {"method": "hig"}, "b": {"method": "dp-adam"}, "relation": "less", "factor": 4},
  {"id": "two", "source": "s", "statement": "t", "run": "first", "problem": "heat", "metric": "test_loss",
   "a": {"method": "hig"}, "b": {"method": "dp-adam"}, "relation": "greater"}]})";

TEST_F(ClaimsVerb, JudgesReportsAndDirectoriesOfThem) {
  write("c.json", kClaims);
  write_report("runs/first");
  for (const char* from : {"runs", "runs/first", "runs/first/report.json"}) {
    const testing::Outcome outcome = driver(std::string("claims --claims c.json --format csv --from ") + from);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("claims,one,reproduced,<= 1/4,0.2,0.2,0.2,"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("claims,two,contradicted"), std::string::npos) << outcome.out;
  }
  const testing::Outcome document = driver("claims --claims c.json --format md --from runs");
  EXPECT_EQ(document.code, 0);
  EXPECT_TRUE(document.out.starts_with("# Published claims")) << document.out;
  EXPECT_NE(document.err.find("without an explanation: two"), std::string::npos) << document.err;
}

TEST_F(ClaimsVerb, TheBuiltInClaimsNeedNoFile) {
  write_report("runs/first");
  const testing::Outcome outcome = driver("claims --from runs");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("0 reproduced, 0 contradicted"), std::string::npos) << outcome.out;
}

TEST_F(ClaimsVerb, WrongInputIsOneLine) {
  write("c.json", "{\"schema_version\": 1, \"runs\": {}, \"claims\": 3}");
  write_report("first");
  std::filesystem::create_directory(folder_ / "empty");
  const std::pair<const char*, const char*> cases[] = {{"claims", "--from"},
                                                       {"claims --from nowhere", "nowhere"},
                                                       {"claims --from empty", "empty"},
                                                       {"claims --from first --claims c.json", "c.json: claims"},
                                                       {"claims --from first --claims no.json", "no.json"},
                                                       {"claims --from first --format mdx", "did you mean 'md'"}};
  for (const auto& [arguments, part] : cases) {
    const testing::Outcome outcome = driver(arguments);
    EXPECT_EQ(outcome.code, 2) << arguments;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << arguments << "\n" << outcome.err;
    EXPECT_NE(outcome.err.find(part), std::string::npos) << arguments << "\n" << outcome.err;
  }
}

bool lists(const Json& run, const char* key, const std::string& name) {
  return run.contains(key) && std::ranges::find(run[key], Json(name)) != run[key].end();
}

/// {"hig": {"tau": 1}} as "hig.tau=1".
void flatten(const Json& settings, const std::string& prefix, std::vector<SettingOverride>& out) {
  for (const auto& [key, value] : settings.items()) {
    if (value.is_object())
      flatten(value, prefix + key + ".", out);
    else
      out.push_back(parse_override(built_in(),
                                   prefix + key + "=" + (value.is_string() ? value.get<std::string>() : value.dump())));
  }
}

SettingValue value_of(const Json& json) {
  return json.is_string() ? SettingValue(json.get<std::string>()) : SettingValue(json.get<double>());
}

/// A setting of a claim is one that its run sweeps, or has that value throughout.
void expect_measured(const Claim& claim, const ClaimSide& side, const Json& run) {
  EXPECT_TRUE(lists(run, "problems", side.problem)) << claim.id;
  EXPECT_TRUE(lists(run, "methods", side.method)) << claim.id;
  std::vector<SettingOverride> overrides;
  flatten(run.value("settings", Json::object()), "", overrides);
  SettingMap used;
  if (skip_reason(built_in(), side.problem, side.method).empty())
    used = resolve_pair(built_in(), side.problem, side.method, overrides).used;
  const Json sweep = run.value("sweep", Json::object());
  for (const auto& [key, value] : side.settings) {
    ASSERT_TRUE(used.contains(key)) << claim.id << " " << key;
    bool met = used[key] == value;
    if (sweep.contains(key))
      met = std::ranges::any_of(sweep[key], [&value = value](const Json& each) { return value_of(each) == value; });
    EXPECT_TRUE(met) << claim.id << " " << key;
  }
  for (const auto& [key, values] : sweep.items())
    EXPECT_TRUE(side.settings.contains(key)) << claim.id << " leaves open which " << key;
}

TEST(BuiltInClaims, AreMeasuredByTheirRuns) {
  const ClaimsFile file = parse_claims(embedded_claims(), "docs/claims.json");
  EXPECT_GE(file.claims.size(), 20u);
  for (const Claim& claim : file.claims) {
    const Json& run = file.runs.at(claim.run);
    EXPECT_GE(run.at("seeds"), 6) << claim.run;
    expect_measured(claim, claim.a, run);
    if (!claim.b.is_number()) expect_measured(claim, claim.b, run);
  }
  for (const auto& [name, run] : file.runs)
    EXPECT_TRUE(std::ranges::any_of(file.claims, [&name = name](const Claim& claim) { return claim.run == name; }))
        << name;
}

}  // namespace
}  // namespace physgrad
