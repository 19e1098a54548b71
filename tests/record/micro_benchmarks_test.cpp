// Google Benchmark's JSON as it really is: repetitions, aggregates, errors, and numbers that JSON does not have.
#include "physgrad/record/micro_benchmarks.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "physgrad/files/files.hpp"

namespace physgrad {
namespace {

constexpr const char* kContext = R"("context": {"date": "2026-01-02T03:04:05+00:00", "host_name": "here",
  "executable": "./kernels", "num_cpus": 2, "mhz_per_cpu": 2445, "caches": [{"type": "Data", "size": 32768}],
  "load_avg": [0.5, 0.25], "library_build_type": "release", "blas_core": "Zen"})";

MicroBenchmarks parsed(const std::string& benchmarks) {
  return parse_micro_benchmarks(std::string("{") + kContext + R"(, "benchmarks": [)" + benchmarks + "]}", "k.json");
}

TEST(MicroBenchmarks, RepetitionsAreSamplesAndAggregatesOfThemAreLeftOut) {
  const MicroBenchmarks file = parsed(R"(
    {"name": "heat/run", "run_name": "heat/run", "run_type": "iteration", "repetition_index": 0, "real_time": 2.5e1,
     "cpu_time": 24, "time_unit": "us", "max_bytes_used": 18446744073709551615, "rate": NaN},
    {"name": "heat/run", "run_name": "heat/run", "run_type": "iteration", "repetition_index": 1, "real_time": 27,
     "cpu_time": 26, "time_unit": "us", "rate": -Infinity, "label": "not NaN but \" NaN"},
    {"name": "heat/run_median", "run_name": "heat/run", "run_type": "aggregate", "aggregate_name": "median",
     "real_time": 99, "cpu_time": 99, "time_unit": "us"},
    {"name": "other_BigO", "run_name": "other", "run_type": "aggregate", "aggregate_name": "BigO", "big_o": "N"},
    {"name": "slow", "real_time": 3, "cpu_time": 1, "time_unit": "s"})");
  ASSERT_EQ(file.benchmarks.size(), 2u);
  EXPECT_EQ(file.benchmarks[0].name, "heat/run");
  EXPECT_EQ(file.benchmarks[0].real_time, (std::vector<double>{25 * 1e-6, 27 * 1e-6}));
  EXPECT_EQ(file.benchmarks[0].cpu_time, (std::vector<double>{24 * 1e-6, 26 * 1e-6}));
  EXPECT_FALSE(file.benchmarks[0].aggregates);
  EXPECT_EQ(file.benchmarks[1].real_time, std::vector<double>{3});
  EXPECT_EQ(file.host, "here");
  ASSERT_EQ(file.machine.size(), 5u);  // not the load
  EXPECT_EQ(file.machine[4].second, "Zen");
}

TEST(MicroBenchmarks, OfAggregatesAloneTheMedianIsTaken) {
  std::string entries;
  for (const char* name : {"mean", "median", "stddev", "cv"})
    entries += std::string(entries.empty() ? "" : ",") + R"({"name": "a_)" + name +
               R"(", "run_name": "a", "run_type": "aggregate", "aggregate_name": ")" + name + R"(", "real_time": )" +
               (std::string(name) == "median" ? "4" : "7") + R"(, "cpu_time": 2, "time_unit": "ms"})";
  const MicroBenchmarks file = parsed(entries);
  ASSERT_EQ(file.benchmarks.size(), 1u);
  EXPECT_TRUE(file.benchmarks[0].aggregates);
  EXPECT_EQ(file.benchmarks[0].real_time, std::vector<double>{4 * 1e-3});
}

TEST(MicroBenchmarks, AnErrorIsNoTime) {
  const MicroBenchmarks file = parsed(R"({"name": "a", "run_name": "a", "run_type": "iteration",
    "error_occurred": true, "error_message": "wrong answer", "real_time": 0, "cpu_time": 0, "time_unit": "us"})");
  EXPECT_EQ(file.benchmarks.at(0).error, "wrong answer");
  EXPECT_TRUE(file.benchmarks[0].real_time.empty());
  EXPECT_TRUE(parsed("").benchmarks.empty());
}

TEST(MicroBenchmarks, WhatIsWrongIsNamed) {
  const std::pair<std::string, std::string> cases[] = {
      {R"({"name": "a", "cpu_time": 1, "time_unit": "us"})", "benchmarks[0]: key 'real_time' is missing"},
      {R"({"name": "a", "real_time": "1", "cpu_time": 1, "time_unit": "us"})",
       "benchmarks[0].real_time: expected a number"},
      {R"({"name": "a", "real_time": -1, "cpu_time": 1, "time_unit": "us"})", "expected a time, found -1"},
      {R"({"name": "a", "real_time": 1, "cpu_time": 1, "time_unit": "h"})", "expected ns, us, ms or s, found 'h'"},
      {R"({"name": "a", "real_time": 1, "cpu_)", "k.json: "},
      {"3", "benchmarks[0]: expected an object"}};
  for (const auto& [text, part] : cases) try {
      (void)parsed(text);
      ADD_FAILURE() << text;
    } catch (const ReadError& error) {
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
}

TEST(MicroBenchmarks, AreKnownByTheirBeginning) {
  const std::string path = ::testing::TempDir() + "physgrad-micro-benchmarks.json";
  const auto holds = [&](const std::string& text) {
    std::ofstream(path) << text;
    return holds_micro_benchmarks(path);
  };
  EXPECT_TRUE(holds("{\n  \"context\": {}, \"benchmarks\": []}"));
  EXPECT_TRUE(holds("{\"benchmarks\": []}"));
  EXPECT_FALSE(holds("{\"schema_version\": 1}"));
  EXPECT_FALSE(holds(""));
  EXPECT_FALSE(holds_micro_benchmarks(::testing::TempDir()));
  EXPECT_FALSE(holds_micro_benchmarks("/nowhere"));
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace physgrad
