// What makes two cells the same task, and what does not.
#include "physgrad/catalogue/identity.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "built_in.hpp"

namespace physgrad::testing {
namespace {

Identity identity(const std::string& problem, const std::vector<std::string>& changes) {
  std::vector<SettingOverride> overrides;
  for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
  return identity_of(built_in(), resolve_pair(built_in(), problem, "dp-adam", overrides), "none");
}

TEST(Identity, EqualNumbersAreEqualHoweverTheyAreWritten) {
  const Identity one = identity("heat", {"nu_t=1", "points=16", "rate=1"});
  for (const char* other : {"1.0", "1e0", "0.1e1"}) {
    const std::string text = other;
    const Identity same = identity("heat", {"nu_t=" + text, "points=16", "rate=" + text});
    EXPECT_EQ(same.task, one.task) << text;
    EXPECT_EQ(same.setup, one.setup) << text;
  }
  EXPECT_EQ(identity("heat", {"nu_t=-0"}).task, identity("heat", {"nu_t=0"}).task);
  EXPECT_EQ(identity("heat", {"widths=64-20-64"}).task, identity("heat", {"widths=64,2e1,64"}).task);
  EXPECT_NE(identity("heat", {"nu_t=1.5"}).task, one.task);
}

TEST(Identity, ASettingAtItsHistoricValueIsNotNamed) {
  const Identity plain = identity("heat", {});
  EXPECT_EQ(identity("heat", {"network=dense", "fresh=false"}).task, plain.task);
  EXPECT_NE(identity("heat", {"network=residual"}).task, plain.task);
  EXPECT_NE(identity("heat", {"fresh=true"}).task, plain.task);
  // As cells were named before these could be set.
  ResolvedPair pair = resolve_pair(built_in(), "heat", "dp-adam", {});
  EXPECT_EQ(pair.problem_settings.erase("network") + pair.problem_settings.erase("fresh"), 2U);
  EXPECT_EQ(identity_of(built_in(), pair, "none").task, plain.task);
  EXPECT_EQ(identity_of(built_in(), pair, "none").setup, plain.setup);
  EXPECT_EQ(pair.problem_settings.erase("widths"), 1U);
  EXPECT_NE(identity_of(built_in(), pair, "none").task, plain.task);
}

TEST(Identity, WhereTwoBodysInverseBeginsAndNewtonsBoundAreNamedWhereTheyDiffer) {
  const auto of = [](const char* method, const std::vector<std::string>& changes) {
    std::vector<SettingOverride> overrides;
    for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
    return resolve_pair(built_in(), "two-body", method, overrides);
  };
  ResolvedPair plain = of("pg", {});
  const Identity pg = identity_of(built_in(), plain, "none");
  EXPECT_NE(identity_of(built_in(), of("pg", {"inverse_start=lambert"}), "none").task, pg.task);
  EXPECT_EQ(plain.problem_settings.erase("inverse_start"), 1U);
  EXPECT_EQ(identity_of(built_in(), plain, "none").setup, pg.setup);
  ResolvedPair unbound = of("pg-newton", {"reduction_bound=0"});
  const std::string setup = identity_of(built_in(), unbound, "none").setup;
  EXPECT_NE(identity_of(built_in(), of("pg-newton", {"reduction_bound=2"}), "none").setup, setup);
  EXPECT_EQ(unbound.method_settings.erase("reduction_bound"), 1U);
  EXPECT_EQ(identity_of(built_in(), unbound, "none").setup, setup);
}

TEST(Identity, ASearchThatWasAlwaysThereIsNotNamed) {
  const auto setup = [](const std::string& method, const std::vector<std::string>& changes) {
    std::vector<SettingOverride> overrides;
    for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
    return identity_of(built_in(), resolve_pair(built_in(), "two-body", method, overrides), "none").setup;
  };
  for (const char* method : {"gn", "hig", "spring"}) {
    ResolvedPair pair = resolve_pair(built_in(), "two-body", method, {});
    for (const char* key : {"search", "norm_bound", "bias_correction"}) pair.method_settings.erase(key);
    EXPECT_EQ(identity_of(built_in(), pair, "none").setup, setup(method, {})) << method;
    EXPECT_EQ(setup(method, {"search=fixed"}), setup(method, {})) << method;
    EXPECT_NE(setup(method, {"search=grid"}), setup(method, {})) << method;
  }
  EXPECT_NE(setup("spring", {"norm_bound=1"}), setup("spring", {}));
  EXPECT_NE(setup("spring", {"bias_correction=true"}), setup("spring", {}));
}

TEST(Identity, WhatTheHalfInverseCouldNotBeAskedForIsNotNamed) {
  const auto setup = [](const std::vector<std::string>& changes) {
    std::vector<SettingOverride> overrides;
    for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
    return identity_of(built_in(), resolve_pair(built_in(), "two-body", "hig", overrides), "none").setup;
  };
  ResolvedPair pair = resolve_pair(built_in(), "two-body", "hig", {});
  for (const char* key : {"growth", "filter", "damping", "truncation", "tau_most"})
    EXPECT_EQ(pair.method_settings.erase(key), 1U) << key;
  EXPECT_EQ(identity_of(built_in(), pair, "none").setup, setup({}));
  for (const char* change : {"growth=2", "filter=damped", "truncation=gap", "truncation=gcv"})
    EXPECT_NE(setup({change}), setup({})) << change;
}

TEST(Identity, AMethodsSettingAtItsHistoricValueIsNotNamed) {
  const auto of_pg = [](const std::vector<std::string>& changes) {
    std::vector<SettingOverride> overrides;
    for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
    return resolve_pair(built_in(), "two-body", "pg", overrides);
  };
  ResolvedPair pair = of_pg({});
  const Identity plain = identity_of(built_in(), pair, "none");
  EXPECT_EQ(identity_of(built_in(), of_pg({"anchor=present"}), "none").setup, plain.setup);
  EXPECT_EQ(identity_of(built_in(), of_pg({"dx_bound=0"}), "none").setup, plain.setup);
  EXPECT_NE(identity_of(built_in(), of_pg({"dx_bound=1"}), "none").setup, plain.setup);
  const Identity zero = identity_of(built_in(), of_pg({"anchor=zero"}), "none");
  EXPECT_NE(zero.setup, plain.setup);
  EXPECT_EQ(zero.task, plain.task);
  // As cells were named before there was an anchor.
  EXPECT_EQ(pair.method_settings.erase("anchor"), 1U);
  EXPECT_EQ(identity_of(built_in(), pair, "none").setup, plain.setup);
}

// As burgers was named before its inverse could be chosen: what was there then, inverse_damping too, is in the name.
TEST(Identity, TheChoiceOfAnInverseIsNotNamedAtItsHistoricValue) {
  ResolvedPair pair = resolve_pair(built_in(), "burgers", "dp-adam", {});
  const Identity plain = identity_of(built_in(), pair, "none");
  for (const char* younger :
       {"inverse_method", "inverse_cutoff", "inverse_tolerance", "inverse_order", "inverse_corrections"})
    EXPECT_EQ(pair.problem_settings.erase(younger), 1U) << younger;
  EXPECT_EQ(identity_of(built_in(), pair, "none").task, plain.task);
  EXPECT_EQ(pair.problem_settings.erase("inverse_damping"), 1U);
  EXPECT_NE(identity_of(built_in(), pair, "none").task, plain.task);
}

class DataFiles : public ::testing::Test {
 protected:
  DataFiles() {
    std::string pattern = (std::filesystem::temp_directory_path() / "physgrad-data-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~DataFiles() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string task(const std::string& name, const std::string& values) const {
    std::ofstream(folder_ / name) << "{\"values\": [" << values << "]}";
    return identity("burgers-reconstruction", {"points=3", "target_file=" + (folder_ / name).string()}).task;
  }
  std::filesystem::path folder_;
};

TEST_F(DataFiles, ContentCountsAndThePathDoesNot) {
  const std::string task_of_a = task("a.json", "1, 2, 3");
  EXPECT_EQ(task("elsewhere.json", "1,2, 3.0"), task_of_a);
  EXPECT_NE(task("a.json", "1, 2, 4"), task_of_a);
  EXPECT_NE(task("a.json", "2, 1, 3"), task_of_a);
  EXPECT_NE(identity("burgers-reconstruction", {"points=3"}).task, task_of_a);
}

}  // namespace
}  // namespace physgrad::testing
