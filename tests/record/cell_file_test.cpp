// Different cells have different files, whatever they are called.
#include "physgrad/record/cell_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "built_in.hpp"
#include "driver/driver_process.hpp"
#include "driver/timeless.hpp"
#include "physgrad/files/files.hpp"
#include "physgrad/record/stored_run.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;

TEST(CellFile, OrdinaryNamesAreReadable) {
  for (const std::string& problem : built_in().problem_names())
    for (const std::string& method : built_in().method_names())
      EXPECT_EQ(cell_file_name({problem, method, 7}), problem + "__" + method + "__s7.jsonl");
}

TEST(CellFile, NamesAreDifferentBoundedAndPlain) {
  const std::string longest(3000, 'x');
  const std::vector<std::string> parts = {
      "a", "A",  "b",    "a__b",     "a_", "_a",  "b__c",    "a~b", "a:b", "a,b", "a b", "a+b",   "a/b",        "..",
      ".", "-a", "a\nb", "\xc3\xa4", "s1", "x=1", "x=1 y=2", "X=1", "a.b", "a-b", "a*b", longest, longest + "y"};
  std::vector<CellKey> keys;
  for (const std::string& problem : parts)
    for (const std::string& method : parts) {
      keys.push_back({problem, method, 0});
      for (const std::string& sweep : parts) {
        keys.push_back({problem, method, 0, sweep, ""});
        keys.push_back({problem, method, 0, "", sweep});
        keys.push_back({problem, method, 1, sweep, "a"});
      }
    }
  keys.push_back({"a", "b", ~std::uint64_t{0}, longest, longest});
  std::map<std::string, CellKey> seen;
  for (const CellKey& key : keys) {
    const std::string name = cell_file_name(key);
    EXPECT_LE(name.size(), kLongestCellFile);
    EXPECT_TRUE(name.ends_with(".jsonl"));
    EXPECT_TRUE(std::ranges::all_of(name, [](unsigned char letter) {
      return std::isalnum(letter) != 0 ||
             std::string_view("._-~+=").find(static_cast<char>(letter)) != std::string::npos;
    })) << name;
    EXPECT_EQ(std::string(".-").find(name.front()), std::string::npos) << name;
    std::string folded = name;  // as a file system sees it that takes upper and lower case for one
    for (char& letter : folded) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    EXPECT_TRUE(seen.emplace(folded, key).second) << name;
  }
}

class CellFiles : public testing::DriverProcess {};

TEST_F(CellFiles, LongNamesAreMeasuredAndContinued) {
  std::string command =
      "run --problem coupled-oscillators --method dp-adamw --seeds 1 --steps 1 --set samples=16 --set test_samples=8 "
      "--quiet --out r";
  for (const char* key : {"rate", "beta1", "beta2", "epsilon", "weight_decay"})
    command += std::string(" --sweep coupled-oscillators.dp-adamw.") + key + "=0.012345678901234568";
  ASSERT_EQ(driver(command).code, 0);
  const Report before = read_report(folder_ / "r");
  ASSERT_EQ(before.cells.size(), 1u);
  EXPECT_GT(before.cells[0].key.method_sweep.size(), 255u);
  EXPECT_EQ(driver(command).err, "");
  EXPECT_EQ(read_report(folder_ / "r").cells.at(0).time.wall_seconds, before.cells[0].time.wall_seconds);
}

TEST_F(CellFiles, SeveralReportsAreReadInTheirOrder) {
  std::vector<fs::path> paths;
  for (const char* seed : {"1", "2", "3"}) {
    paths.push_back(folder_ / seed);
    ASSERT_EQ(
        driver(
            fmt::format(
                "run --problem quadratic --method compose:rule=sgd,rate=0.01 --seeds {0} --steps 1 --quiet --out {0}",
                seed))
            .code,
        0);
  }
  const std::vector<Report> reports = read_reports(paths);
  ASSERT_EQ(reports.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(reports[i].header.name, paths[i].filename());
  paths[0] = folder_ / "missing";
  paths[2] = folder_ / "missing too";
  try {
    (void)read_reports(paths);
    FAIL();
  } catch (const ReadError& error) {
    EXPECT_NE(std::string(error.what()).find("missing': there is no such file"), std::string::npos) << error.what();
  }
}

TEST_F(CellFiles, NamesThatDifferInSignsOnlyAreApart) {
  const std::string command =
      "run --problem quadratic --method compose:rule=sgd,rate=0.01,compose:rule=sgd,rate=0.02 --seeds 2 --steps 1 "
      "--quiet --out r";
  ASSERT_EQ(driver(command).code, 0);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "r" / "cells"), {}), 4);
  EXPECT_EQ(read_report(folder_ / "r").cells.size(), 4u);
}

}  // namespace
}  // namespace physgrad
