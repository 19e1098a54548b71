// The verb `compare`: exit codes, one line for each bound that is broken, both kinds of files, and what is wrong input.
#include <fmt/format.h>

#include <algorithm>

#include "driver/driver_process.hpp"
#include "physgrad/record/report_json.hpp"
#include "record/sample_records.hpp"

namespace physgrad {
namespace {

class CompareVerb : public testing::DriverProcess {
 protected:
  /// Steps of `step` seconds, and losses of which each is `factor` times that of the seed.
  void write_version(const std::string& name, int seeds, double step, double factor = 1,
                     const char* cpu = "cpu") const {
    std::vector<CellRecord> cells;
    for (int seed = 0; seed < seeds; ++seed) {
      cells.push_back(testing::sample_cell("hig", static_cast<std::uint64_t>(seed), factor * (0.1 + 0.01 * seed)));
      cells.back().status = Status::completed;
      cells.back().time.step_mean = step * (1 + 0.001 * seed);
    }
    Report report = testing::sample_report(std::move(cells));
    report.header.environment.cpu = cpu;
    write(name, report_text(report));
  }

  /// One benchmark with these times in us.
  void write_benchmarks(const std::string& name, const std::vector<double>& times,
                        const char* kind = "iteration") const {
    std::string entries;
    for (const double time : times)
      entries += fmt::format(
          R"({}{{"name": "heat", "run_name": "heat", "run_type": "{}", "aggregate_name": "median", "real_time": {}, "cpu_time": {}, "time_unit": "us"}})",
          entries.empty() ? "" : ",", kind, time, time);
    write(name, fmt::format(R"({{"context": {{"host_name": "h", "num_cpus": 2}}, "benchmarks": [{}]}})", entries));
  }

  void expect_exit(int code, const std::string& arguments, const std::string& part = "", long lines = -1) const {
    const testing::Outcome outcome = driver("compare " + arguments);
    EXPECT_EQ(outcome.code, code) << arguments << "\n" << outcome.err;
    EXPECT_NE(outcome.err.find(part), std::string::npos) << arguments << "\n" << outcome.err;
    if (lines >= 0) {
      EXPECT_EQ(std::ranges::count(outcome.err, '\n'), lines) << arguments << "\n" << outcome.err;
    }
  }
};

TEST_F(CompareVerb, EqualReportsPass) {
  write_version("a.json", 8, 1e-3);
  expect_exit(0, "a.json a.json --fail-if-slower 0% --fail-if-worse 0%", "", 0);
  for (const char* format : {"text", "md", "csv", "latex"})
    EXPECT_NE(driver(std::string("compare a.json a.json --format ") + format).out.find("equal"), std::string::npos);
}

TEST_F(CompareVerb, SlowerByAFifth) {
  for (const int seeds : {1, 8}) {
    write_version("a.json", seeds, 1e-3);
    write_version("b.json", seeds, 1.2e-3);
    expect_exit(3, "a.json b.json --fail-if-slower 10%", "heat hig, mean step [ms]: B / A 1.2", 1);
    expect_exit(0, "a.json b.json --fail-if-slower 25% --fail-if-worse", "", 0);
    expect_exit(0, "b.json a.json --fail-if-slower=1.1x", "", 0);
    expect_exit(0, "a.json b.json", "", 0);
  }
}

TEST_F(CompareVerb, WorseLosses) {
  write_version("a.json", 8, 1e-3);
  write_version("b.json", 8, 1e-3, 1.5);
  expect_exit(3, "a.json b.json --fail-if-worse", "--fail-if-worse 10%: heat hig, final training loss: B / A 1.5", 2);
  expect_exit(0, "a.json b.json --fail-if-worse 2x", "", 0);
  expect_exit(0, "b.json a.json --fail-if-worse", "", 0);
}

TEST_F(CompareVerb, AnotherMachineNeverPassesInSilence) {
  write_version("a.json", 8, 1e-3);
  write_version("b.json", 8, 1e-3, 1, "another cpu");
  expect_exit(2, "a.json b.json --fail-if-slower 10%", "another machine (cpu: cpu in A, another cpu in B)", 2);
  expect_exit(0, "a.json b.json --fail-if-worse", "", 0);  // after equal steps
  EXPECT_NE(driver("compare a.json b.json").out.find("The machines differ"), std::string::npos);
}

TEST_F(CompareVerb, NothingToCompare) {
  write_version("a.json", 8, 1e-3);
  write_version("none.json", 0, 1e-3);
  expect_exit(0, "none.json none.json", "", 0);
  expect_exit(2, "a.json none.json --fail-if-worse", "8 cells of A without a counterpart in B", 2);
  expect_exit(2, "none.json a.json --fail-if-slower 1%", "cannot be judged", 1);
}

TEST_F(CompareVerb, AnUnfinishedDirectoryIsReadAsFarAsItGoes) {
  ASSERT_EQ(driver("run --problem quadratic --method dp-sgd,gn --seeds 2 --steps 5 --quiet --out a").code, 0);
  std::filesystem::remove(folder_ / "a" / "report.json");
  std::filesystem::remove(folder_ / "a" / "cells" / "quadratic__gn__s1.jsonl");
  const testing::Outcome outcome = driver("compare a a --fail-if-worse");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("4 cells in A, 4 in B; 3 ended in both"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("1/2, 1 unfinished"), std::string::npos) << outcome.out;
  // A part of the cells, and of another run of the same settings: nothing of it is noticed but times.
  ASSERT_EQ(driver("run --problem quadratic --method dp-sgd --seeds 2 --steps 5 --quiet --out b").code, 0);
  const testing::Outcome part = driver("compare a b --method 'dp-*' --seed 1 --fail-if-worse 0% --format csv");
  EXPECT_EQ(part.code, 0) << part.err;
  EXPECT_NE(part.out.find(",1/1,1/1,1,0,0,0,1/1,"), std::string::npos) << part.out;
}

TEST_F(CompareVerb, GoogleBenchmark) {
  write_benchmarks("a.json", {10, 10.1, 10.2, 10.3});
  write_benchmarks("b.json", {12, 12.1, 12.2, 12.3});
  expect_exit(0, "a.json a.json --fail-if-slower 0%", "", 0);
  expect_exit(3, "a.json b.json --fail-if-slower 10%",
              "benchmarks heat, cpu_time [us]: B / A 1.197 [1.165, 1.230] of 4 and 4", 1);
  write_benchmarks("am.json", {10}, "aggregate");
  write_benchmarks("bm.json", {12}, "aggregate");
  expect_exit(3, "am.json bm.json --fail-if-slower 10%", "too few to be significant", 1);
  expect_exit(0, "am.json bm.json --fail-if-slower 25%", "", 0);
  EXPECT_NE(driver("compare a.json b.json").out.find("rank sum"), std::string::npos);
}

TEST_F(CompareVerb, WrongInputIsOneLine) {
  write_version("r.json", 2, 1e-3);
  write_benchmarks("k.json", {10});
  write("cut.json", testing::file_text(folder_ / "r.json").substr(0, 500));
  write("cutk.json", testing::file_text(folder_ / "k.json").substr(0, 100));
  const std::pair<const char*, const char*> cases[] = {
      {"", "A is required"},
      {"r.json", "B is required"},
      {"r.json nowhere", "nowhere"},
      {"r.json k.json", "'k.json' is Google Benchmark's output and 'r.json' is not; expected two of one kind"},
      {"k.json k.json --fail-if-worse", "looks at losses"},
      {"k.json k.json --problem heat", "choose cells of reports"},
      {"r.json cut.json", "cut.json"},
      {"k.json cutk.json", "cutk.json"},
      {"r.json r.json --fail-if-slower 10", "such as 10%, or a factor"},
      {"r.json r.json --fail-if-slower abc", "--fail-if-slower cannot be 'abc'"},
      {"r.json r.json --fail-if-slower=-5%", "cannot be '-5%'"},
      {"r.json r.json --fail-if-worse 0.1", "--fail-if-worse cannot be '0.1'"},
      {"r.json r.json --fail-if-slower", "--fail-if-slower"},
      {"r.json r.json --fail-if-worse=", "--fail-if-worse cannot be ''"},
      {"--fail-if-worse r.json nowhere", "nowhere"},
      {"r.json r.json --fail-slower 10%", "did you mean '--fail-if-slower'"},
      {"r.json r.json --problem hea", "did you mean 'heat'"},
      {"r.json r.json --format mdx", "did you mean 'md'"}};
  for (const auto& [arguments, part] : cases) expect_exit(2, arguments, part, 1);
}

}  // namespace
}  // namespace physgrad
