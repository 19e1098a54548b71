// `run` and `table` as processes: what a run directory holds, that it can be repeated and continued, and that one bad
// cell is not the end.
#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <sstream>

#include "driver/driver_process.hpp"
#include "driver/timeless.hpp"
#include "physgrad/files/json.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/record/report_json.hpp"
#include "physgrad/record/stored_run.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;

class Run : public testing::DriverProcess {
 protected:
  /// Six cells that take a fraction of a second.
  [[nodiscard]] testing::Outcome small_run(const std::string& out, const std::string& more = "") const {
    return driver(
        "run --problem quadratic,coupled-oscillators --method dp-adam,pg,hig --seeds 1, --steps 3"
        " --set coupled-oscillators.samples=64 --set coupled-oscillators.test_samples=16 --out " +
        out + " " + more);
  }
  [[nodiscard]] Report report(const std::string& out) const { return read_report(folder_ / out); }
};

TEST_F(Run, WritesTheRunDirectory) {
  const testing::Outcome outcome = small_run("r");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Report result = report("r");
  ASSERT_EQ(result.cells.size(), 6u);
  EXPECT_EQ(result.header.planned.size(), 6u);
  EXPECT_EQ(result.header.seeds, std::vector<std::uint64_t>{1});
  for (const CellRecord& cell : result.cells) {
    EXPECT_EQ(cell.status, Status::completed) << cell.reason;
    EXPECT_EQ(cell.steps, 3);
    EXPECT_EQ(cell.curve.size(), 4u);
    EXPECT_GT(cell.memory.peak_rss_bytes, 0);
    double phases = 0;
    for (const double seconds : cell.time.phases) phases += seconds;
    EXPECT_NEAR(phases, cell.time.wall_seconds, 0.01 * cell.time.wall_seconds);
    const std::string name = cell.key.problem + "__" + cell.key.method + "__s1.jsonl";
    EXPECT_TRUE(read_cell_file(folder_ / "r" / "cells" / name).finished());
  }
  EXPECT_EQ(parse_manifest(testing::file_text(folder_ / "r" / "manifest.json"), "manifest").planned,
            result.header.planned);
  for (const char* table :
       {"summary", "convergence", "time", "memory", "needs", "targets", "verdicts", "profiles", "ecdf", "sweep"})
    EXPECT_GT(fs::file_size(folder_ / "r" / "tables" / (std::string(table) + ".md")), 0u) << table;
  EXPECT_NE(outcome.out.find("Report: r/report.json"), std::string::npos);
  EXPECT_NE(outcome.err.find("[6/6] coupled-oscillators hig seed 1"), std::string::npos) << outcome.err;
}

TEST_F(Run, OneSeedGivesEveryMethodTheSameStart) {
  ASSERT_EQ(small_run("r").code, 0);
  std::map<std::string, double> start;
  for (const CellRecord& cell : report("r").cells) {
    const auto [known, fresh] = start.emplace(cell.key.problem, cell.initial.train_loss);
    EXPECT_EQ(known->second, cell.initial.train_loss) << cell.key.method;
  }
}

TEST_F(Run, MethodsChangePlacesFromSeedToSeed) {
  ASSERT_EQ(driver("run --problem quadratic --method dp-adam,gn,hig --seeds 3 --steps 1 --out r").code, 0);
  const std::vector<CellKey> order = report("r").header.planned;
  ASSERT_EQ(order.size(), 9u);
  for (const char* method : {"dp-adam", "gn", "hig"}) {
    std::set<std::size_t> places;
    for (std::size_t i = 0; i < 9; ++i) {
      EXPECT_EQ(order[i].seed, i / 3);  // seeds outermost
      if (order[i].method == method) places.insert(i % 3);
    }
    EXPECT_EQ(places.size(), 3u) << method;
  }
}

TEST_F(Run, CellsSideBySideAreTheSameAndTheirTimesAreMarked) {
  ASSERT_EQ(small_run("alone").code, 0);
  ASSERT_EQ(small_run("beside", "--jobs 3").code, 0);
  EXPECT_EQ(testing::timeless(report("beside")), testing::timeless(report("alone")));
  const auto valid = [&](const char* out) {
    return std::ranges::count_if(report(out).cells, [](const CellRecord& cell) { return cell.timing_valid; });
  };
  EXPECT_EQ(valid("alone"), 6);
  EXPECT_EQ(valid("beside"), 0);
  EXPECT_NE(driver("table --from beside --kind time").out.find("not valid"), std::string::npos);
  // The same command goes on with what it has; with --timing it measures again, alone.
  ASSERT_EQ(small_run("beside", "--jobs 3").code, 0);
  EXPECT_EQ(valid("beside"), 0);
  ASSERT_EQ(small_run("beside", "--jobs 2 --timing").code, 0);
  EXPECT_EQ(valid("beside"), 6);
  EXPECT_EQ(testing::timeless(report("beside")), testing::timeless(report("alone")));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "beside" / "cells"), {}), 6);
  EXPECT_EQ(small_run("wrong", "--jobs 0").code, 2);
}

TEST_F(Run, TwiceIsBitIdentical) {
  ASSERT_EQ(small_run("a").code, 0);
  ASSERT_EQ(small_run("b", "--quiet").code, 0);
  EXPECT_EQ(testing::timeless(report("a")), testing::timeless(report("b")));
}

TEST_F(Run, MoreThreadsOfALibraryChangeNothing) {
  const std::string command =
      "run --problem coupled-oscillators --method hig --seeds 1 --steps 3 --set samples=64 --set test_samples=8 "
      "--set hig.batch=24 --set hig.kernel=qr-svd --out ";
  ASSERT_EQ(shell("env OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 ", command + "one").code, 0);
  ASSERT_EQ(shell("env OPENBLAS_NUM_THREADS=2 OMP_NUM_THREADS=2 ", command + "two").code, 0);
  EXPECT_EQ(testing::timeless(report("one")), testing::timeless(report("two")));
  EXPECT_EQ(report("two").header.environment.threads, 1);
}

TEST_F(Run, ReportsSayWhereTheyComeFrom) {
  ASSERT_EQ(small_run("r").code, 0);
  const Json json = parse_json(testing::file_text(folder_ / "r" / "report.json"), "report");
  EXPECT_EQ(json["schema_version"], 1);
  for (const char* key : {"name", "version", "commit"}) EXPECT_NE(json["suite"][key], "") << key;
  EXPECT_TRUE(json["suite"]["dirty"].is_boolean());
  const Json& environment = json["environment"];
  for (const char* key :
       {"cpu", "compiler", "flags", "build_type", "eigen", "simd", "blas", "libraries", "os", "caches"})
    EXPECT_NE(environment[key], "") << key;
  for (const char* key : {"cores", "threads", "memory_bytes"}) EXPECT_GT(environment[key], 0) << key;
  EXPECT_TRUE(environment["load"].is_number());
  EXPECT_EQ(json["run"]["command"][1], "run");
}

TEST_F(Run, ContinuesWhereCellsAreMissing) {
  ASSERT_EQ(small_run("r").code, 0);
  const Report before = report("r");
  const fs::path cut = folder_ / "r" / "cells" / "quadratic__hig__s1.jsonl";
  fs::resize_file(cut, fs::file_size(cut) - 5);
  fs::remove(folder_ / "r" / "cells" / "coupled-oscillators__pg__s1.jsonl");
  const testing::Outcome again = small_run("r");
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(std::ranges::count(again.err, '\n'), 3) << again.err;
  const Report after = report("r");
  EXPECT_EQ(testing::timeless(after), testing::timeless(before));
  for (std::size_t i = 0; i < after.cells.size(); ++i) {
    const std::string name = after.cells[i].key.problem + " " + after.cells[i].key.method;
    const bool repeated = name == "quadratic hig" || name == "coupled-oscillators pg";
    EXPECT_EQ(after.cells[i].time.wall_seconds == before.cells[i].time.wall_seconds, !repeated) << name;
  }
}

TEST_F(Run, AnotherPlanInTheSameDirectoryIsRefused) {
  ASSERT_EQ(small_run("r").code, 0);
  const std::string before = testing::file_text(folder_ / "r" / "report.json");
  const testing::Outcome other = small_run("r", "--set hig.kappa=0.7");
  EXPECT_EQ(other.code, 2);
  EXPECT_NE(other.err.find("holds another run"), std::string::npos) << other.err;
  EXPECT_EQ(testing::file_text(folder_ / "r" / "report.json"), before);
}

TEST_F(Run, ADivergedCellIsAStatusAndTheRestGoesOn) {
  const testing::Outcome outcome = driver(
      "run --problem coupled-oscillators --method dp-sgd,dp-adam --seeds 1 --steps 5 --set dp-sgd.rate=1e6"
      " --set samples=64 --set test_samples=16 --out r");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  const Report result = report("r");
  ASSERT_EQ(result.cells.size(), 2u);
  EXPECT_EQ(result.cells[0].status, Status::diverged);
  EXPECT_FALSE(result.cells[0].reason.empty());
  EXPECT_EQ(result.cells[1].status, Status::completed);
  EXPECT_NE(outcome.out.find("1 diverged"), std::string::npos) << outcome.out;
  EXPECT_EQ(driver("run --problem coupled-oscillators --method dp-sgd --seeds 1 --steps 5 --set rate=1e6"
                   " --set samples=64 --out alone")
                .code,
            1);
}

TEST_F(Run, ATimeoutKeepsWhatWasMeasured) {
  const testing::Outcome outcome = driver(
      "run --problem coupled-oscillators --method dp-adam --seeds 1 --steps 100000000 --timeout 1 --set samples=64"
      " --set test_samples=16 --out r");
  EXPECT_EQ(outcome.code, 1) << outcome.err;
  const Report result = report("r");
  ASSERT_EQ(result.cells.size(), 1u);
  EXPECT_EQ(result.cells[0].status, Status::timeout);
  EXPECT_GT(result.cells[0].steps, 0);
  EXPECT_EQ(result.cells[0].targets.size(), 6u);
}

TEST_F(Run, AMemoryLimitSkipsWithTheNumber) {
  const testing::Outcome outcome = driver(
      "run --problem coupled-oscillators --method hig,dp-adam --seeds 1 --steps 2 --memory-limit 1M --set samples=64"
      " --set hig.kernel=svd"
      " --out r");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(report("r").cells[0].status, Status::skipped);
  EXPECT_NE(report("r").cells[0].reason.find("1048576"), std::string::npos);
}

TEST_F(Run, AnInterruptLeavesAReadableDirectoryThatContinues) {
  const std::string command =
      "run --problem quadratic,coupled-oscillators --method dp-adam --seeds 1 --budget 1 --set "
      "coupled-oscillators.samples=64 --set coupled-oscillators.test_samples=16 --out r";
  const testing::Outcome stopped = driver_terminated(1.5, command);
  EXPECT_EQ(stopped.code, 143) << stopped.err;
  EXPECT_NE(stopped.err.find("of 2 cells done"), std::string::npos) << stopped.err;
  const Report partial = report("r");
  ASSERT_LT(partial.cells.size(), 2u);  // 1, unless the machine is very busy
  EXPECT_EQ(partial.header.planned.size(), 2u);
  EXPECT_NE(driver("table --from r").out.find(" unfinished"), std::string::npos);
  EXPECT_EQ(driver(command).code, 0);
  ASSERT_EQ(report("r").cells.size(), 2u);
  if (!partial.cells.empty()) {
    EXPECT_EQ(report("r").cells[0].time.wall_seconds, partial.cells[0].time.wall_seconds);
  }
}

TEST_F(Run, AConfigFileIsWeakerThanTheCommandLine) {
  write("c.json", R"({"problems": "quadratic", "methods": ["dp-adam", "dp-sgd"], "seeds": [4, 7], "steps": 3,
                      "settings": {"dp-adam.rate": 0.2, "quadratic": {"dp-sgd": {"rate": 0.05}}}})");
  const testing::Outcome outcome = driver("run --config c.json --seeds 1 --set dp-adam.rate=0.3 --out r");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Report result = report("r");
  ASSERT_EQ(result.cells.size(), 2u);
  EXPECT_EQ(result.cells[0].given, (SettingMap{{"rate", 0.3}}));
  EXPECT_EQ(result.cells[1].given, (SettingMap{{"rate", 0.05}}));
}

TEST_F(Run, ASweepAddsACellForEveryValueThatAPairKnows) {
  const std::string command =
      "run --problem scaled-fit --method dp-sgd,hig --seeds 1 --steps 2 --set samples=32 --set test_samples=8 "
      "--sweep lambda=1,0.5 --sweep hig.kappa=0.5,1 --out r";
  ASSERT_EQ(driver(command).code, 0);
  const Report result = report("r");
  ASSERT_EQ(result.cells.size(), 6u);  // for each lambda: dp-sgd, and hig for each kappa
  EXPECT_EQ(result.cells[0].key.problem_sweep, "lambda=1");
  EXPECT_EQ(result.cells[0].key.method_sweep, "");
  EXPECT_EQ(result.cells[5].key.problem_sweep, "lambda=0.5");
  EXPECT_EQ(result.cells[5].key.method_sweep, "hig.kappa=1");
  EXPECT_EQ(std::get<double>(result.cells[5].used.at("lambda")), 0.5);
  EXPECT_EQ(std::get<double>(result.cells[5].used.at("kappa")), 1.0);
  // Another order of commands continues the same run; tables keep the tasks apart.
  EXPECT_EQ(driver(command).code, 0);
  const std::string summary = driver("table --from r").out;
  EXPECT_NE(summary.find("scaled-fit lambda=0.5"), std::string::npos) << summary;
  EXPECT_NE(summary.find("hig hig.kappa=1"), std::string::npos) << summary;
  const std::string sweep = driver("table --from r --kind sweep --format csv").out;
  EXPECT_NE(sweep.find("lambda=0.5 hig.kappa=1"), std::string::npos) << sweep;
}

TEST_F(Run, WrongSweepsProfilesAndCompositionsAreUsageErrors) {
  const auto refused = [&](const std::string& options, const char* said) {
    const testing::Outcome outcome = driver("run --problem heat --method hig --out r " + options);
    EXPECT_EQ(outcome.code, 2) << options;
    EXPECT_NE(outcome.err.find(said), std::string::npos) << outcome.err;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    EXPECT_FALSE(fs::exists(folder_ / "r"));
  };
  refused("--sweep kapa=1,2", "did you mean 'kappa'");
  refused("--sweep kappa=1,2", "number in [-1, 1]");
  refused("--sweep kappa", "KEY=VALUE");
  refused("--sweep kappa=", "no values");
  refused("--sweep kappa=1,1", "different values");
  refused("--sweep kappa=1,0 --set hig.kappa=0", "both set and swept");
  refused("--sweep kappa=1,0 --sweep hig.kappa=0", "swept twice");
  refused("--profile papr", "did you mean 'paper'");
  refused("--profile paper", "no published set-up");
  refused("--method compose:physics=invers", "did you mean 'inverse'");
  refused("--sweep kappa=1,1.0", "different values");
  refused("--method compose:rule=sgd,rate=0.1 --set rate=0.2", "change it there");
  refused("--method compose:rule=sgd --set rule=adam", "change it there");
  refused("--profile ''", "cannot be empty");
}

TEST_F(Run, ThePaperProfileRunsPublishedMethodsAtPublishedSettings) {
  ASSERT_EQ(driver("run --profile paper --problem quadratic,burgers-reconstruction --steps 2 --seeds 1 --out r").code,
            0);
  const Report result = report("r");
  ASSERT_EQ(result.cells.size(), 4u);
  EXPECT_EQ(result.header.profile, "paper");
  for (const CellRecord& cell : result.cells)
    if (cell.key.problem == "burgers-reconstruction") {
      EXPECT_EQ(cell.key.method, "dp-sgd");
      EXPECT_EQ(std::get<double>(cell.given.at("rate")), 5.0);
    }
}

TEST_F(Run, WhatAUserSetsIsStrongerThanThePublishedSetUp) {
  const std::string command = "run --profile paper --problem quadratic --method dp-sgd --steps 2 --seeds 1 ";
  ASSERT_EQ(driver(command + "--set rate=0.02 --out a").code, 0);
  EXPECT_EQ(std::get<double>(report("a").cells.at(0).used.at("rate")), 0.02);
  ASSERT_EQ(driver(command + "--sweep rate=0.02,0.03 --out b").code, 0);
  EXPECT_EQ(std::get<double>(report("b").cells.at(1).used.at("rate")), 0.03);
  EXPECT_EQ(driver("run --problem quadratic --method dp-sgd --steps 2 --seeds 1 --set rate=0.02 --out a").code, 2);
}

TEST_F(Run, ACompositionIsARowOfItsOwn) {
  ASSERT_EQ(driver("run --problem quadratic --method compose:rule=sgd,rate=0.01,dp-sgd,compose:loss=newton,"
                   "physics=inverse,rule=sgd,rate=1,eta=0.3 --steps 3 --seeds 1 --out r")
                .code,
            0);
  const Report result = report("r");
  ASSERT_EQ(result.cells.size(), 3u);
  EXPECT_EQ(result.cells[1].key.method, "dp-sgd");
  EXPECT_EQ(result.cells[2].key.method, "compose:loss=newton,physics=inverse,network=adjoint,rule=sgd,eta=0.3,rate=1");
  EXPECT_TRUE(std::ranges::all_of(result.cells, succeeded));
}

TEST_F(Run, TuningTriesTheSettingsAsTheyAreFirstAndWritesAConfig) {
  ASSERT_EQ(driver("tune --problem quadratic --method dp-adam,gn --trials 3 --steps 20 --out tuned.json --quiet").code,
            0);
  const Json tuned = parse_json(testing::file_text(folder_ / "tuned.json"), "tuned.json");
  for (const Json& pair : tuned["tuning"]["pairs"]) {
    ASSERT_EQ(pair["trials"].size(), 3u);  // the same for every method
    EXPECT_EQ(pair["trials"][0]["settings"], "");
    // What is written is what did best on held-out data, the settings as they were among the candidates.
    const auto loss = [](const Json& trial) {
      return trial["test_loss"].is_null() ? std::numeric_limits<double>::infinity() : trial["test_loss"].get<double>();
    };
    const Json& best =
        *std::ranges::min_element(pair["trials"], [&](const Json& a, const Json& b) { return loss(a) < loss(b); });
    std::istringstream entries(best["settings"].get<std::string>());
    const std::string scope = pair["problem"].get<std::string>() + "." + pair["method"].get<std::string>() + ".";
    std::size_t written = 0;
    for (std::string entry; entries >> entry; ++written) {
      const std::size_t equals = entry.find('=');
      EXPECT_EQ(tuned["settings"].value(scope + entry.substr(0, equals), ""), entry.substr(equals + 1)) << entry;
    }
    std::size_t of_pair = 0;
    for (const auto& [key, value] : tuned["settings"].items()) of_pair += key.starts_with(scope) ? 1 : 0;
    EXPECT_EQ(of_pair, written);
  }
  // Nothing is reported on a seed that chose the settings.
  const testing::Outcome stale = driver("run --config tuned.json --steps 20 --seeds 99,100 --out stale");
  EXPECT_EQ(stale.code, 2);
  EXPECT_NE(stale.err.find("seed 100"), std::string::npos) << stale.err;
  ASSERT_EQ(driver("run --config tuned.json --steps 20 --seeds 1 --out r").code, 0);
  const Report after = report("r");
  ASSERT_EQ(after.header.tuning.size(), 2u);
  for (const CellRecord& cell : after.cells) EXPECT_GT(tuning_seconds(after.header, cell.key), 0);
  EXPECT_NE(driver("table --from r --kind time").out.find("tuning [s]"), std::string::npos);
  EXPECT_EQ(driver("tune --problem quadratic --method gn --trials 0 --out t.json").code, 2);
  EXPECT_EQ(driver("tune --problem quadratic --method gn --out missing/t.json").code, 2);
  EXPECT_EQ(driver("tune --problem quadratic --method gn").code, 2);
}

TEST_F(Run, TablesComeFromReportsAlone) {
  ASSERT_EQ(small_run("r").code, 0);
  fs::remove_all(folder_ / "r" / "cells");
  for (const char* kind :
       {"summary", "convergence", "time", "memory", "needs", "targets", "verdicts", "profiles", "ecdf"})
    for (const char* format : {"text", "md", "csv", "latex", "json"}) {
      const testing::Outcome table =
          driver(std::string("table --from r/report.json --kind ") + kind + " --format " + format);
      EXPECT_EQ(table.code, 0) << table.err;
      EXPECT_NE(table.out.find("hig"), std::string::npos) << kind << " " << format;
    }
  EXPECT_NE(driver("table --from r --from r").out.find("hig (r#2)"), std::string::npos);
}

}  // namespace
}  // namespace physgrad
