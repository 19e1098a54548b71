// `run --save-weights` and what can be done with what it leaves: going on, merging, inspecting, drawing.
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "driver/driver_process.hpp"
#include "driver/timeless.hpp"
#include "physgrad/files/json.hpp"
#include "physgrad/pages/gnuplot.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/record/stored_run.hpp"
#include "physgrad/record/weights.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;
using testing::timeless;

constexpr const char* kTrained = "run --problem quadratic,scaled-fit --method dp-adam,gn --seeds 2 --steps 3 --quiet ";
constexpr const char* kHeat =
    "run --problem heat --method dp-sgd --seeds 1 --quiet --set samples=8 --set test_samples=2 --set batch=8 "
    "--set points=16 --save-weights ";

class SavedWeights : public testing::DriverProcess {
 protected:
  [[nodiscard]] Report report(const std::string& out) const { return read_report(folder_ / out); }
  void run(const std::string& arguments) const {
    const Outcome outcome = driver(arguments);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  }
  /// The names of the files, and whether each holds the weights of its cell.
  [[nodiscard]] std::size_t kept(const std::string& out) const {
    std::size_t good = 0;
    for (const CellRecord& cell : report(out).cells)
      good += not_its_weights(weights_path(folder_ / out, cell.key), cell.key, cell.trajectory_hash).empty();
    return good;
  }
  [[nodiscard]] Json inspect(const std::string& arguments) const {
    const Outcome outcome = driver("inspect " + arguments + " --out step.json");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return parse_json(testing::file_text(folder_ / "step.json"), "step.json");
  }
  void expect_refused(const std::string& arguments, int code, const std::vector<std::string>& parts) const {
    const Outcome outcome = driver(arguments);
    EXPECT_EQ(outcome.code, code) << arguments << outcome.err;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    for (const std::string& part : parts) EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  }
};

TEST_F(SavedWeights, OfARunLieBesideItsCellsAndChangeNothingElse) {
  run(kTrained + std::string("--out plain"));
  run(kTrained + std::string("--out r --save-weights"));
  EXPECT_EQ(timeless(report("r")), timeless(report("plain")));
  EXPECT_FALSE(fs::exists(folder_ / "plain/weights"));
  EXPECT_EQ(kept("r"), 8u);
  // Any other option of a cell's process moves malloc's rounding as well.
  for (std::size_t i = 0; i < 8; ++i) {
    const double with = report("r").cells[i].memory.peak_heap_bytes;
    const double without = report("plain").cells[i].memory.peak_heap_bytes;
    EXPECT_TRUE(std::isnan(without) || std::abs(with - without) <= 64) << with << " and " << without;
  }
  const Weights weights = read_weights(folder_ / "r/weights/scaled-fit__gn__s1.json");
  EXPECT_EQ(weights.step, 3);
  EXPECT_EQ(static_cast<long>(weights.theta.size()), report("r").cells.back().sizes.parameters);
  EXPECT_EQ(testing::file_text(folder_ / "r/cells/scaled-fit__gn__s1.jsonl").find("theta"), std::string::npos);
  const Outcome valid = driver("validate r --quiet");
  EXPECT_EQ(valid.code, 0) << valid.out;
  EXPECT_EQ(valid.out + valid.err, "");
}

TEST_F(SavedWeights, ArePartOfTheRunThatGoesOn) {
  run(kTrained + std::string("--out r"));
  // Of a finished run they are still to be had.
  const Outcome dry = driver(kTrained + std::string("--out r --save-weights --dry-run"));
  EXPECT_NE(dry.out.find("8 cells, 8 of them to be measured"), std::string::npos) << dry.out;
  const std::string hashes = timeless(report("r"));
  const Outcome again = driver(kTrained + std::string("--out r --save-weights"));
  EXPECT_EQ(again.code, 0);
  EXPECT_NE(again.err.find("8 finished cells are measured again for their weights"), std::string::npos) << again.err;
  EXPECT_EQ(kept("r"), 8u);
  EXPECT_EQ(timeless(report("r")), hashes);
  // The study says so from then on: one that is gone is missing.
  fs::remove(folder_ / "r/weights/quadratic__gn__s1.json");
  run("run --out r --only failed --quiet");
  EXPECT_EQ(kept("r"), 7u);
  EXPECT_EQ(report("r").cells.size(), 8u);
  run("run --out r --only missing --quiet");
  EXPECT_EQ(kept("r"), 8u);
  run("run --config r/study.json --out other --quiet");
  EXPECT_EQ(kept("other"), 8u);
  write("config.json", R"({"problems": "quadratic", "methods": "gn", "seeds": 1, "steps": 2, "save_weights": true})");
  run("run --config config.json --out configured --quiet");
  EXPECT_EQ(kept("configured"), 1u);
  expect_refused(kTrained + std::string("--save-weights --specs"), 2, {"--save-weights has no effect beside --specs"});
}

TEST_F(SavedWeights, OfShardsAreMerged) {
  run(kTrained + std::string("--save-weights --shard 1/2 --out a"));
  run(kTrained + std::string("--save-weights --shard 2/2 --out b"));
  const Outcome merged = driver("merge all a b/report.json");
  EXPECT_EQ(merged.code, 0) << merged.err;
  EXPECT_EQ(merged.err, "");
  EXPECT_EQ(kept("all"), 8u);
  EXPECT_EQ(driver("validate all --quiet").out, "");
  // What belongs to no cell is named; two for one cell are refused.
  fs::copy_file(folder_ / "a/weights/quadratic__gn__s0.json", folder_ / "b/weights/quadratic__gn__s0.json");
  EXPECT_EQ(driver("merge twice a b").err, "");
  Json json = Json::parse(testing::file_text(folder_ / "b/weights/quadratic__gn__s0.json"));
  json["theta"][0] = 7;
  write("b/weights/quadratic__gn__s0.json", json.dump());
  expect_refused("merge never a b", 2, {"a/weights/quadratic__gn__s0.json", "b/weights/quadratic__gn__s0.json"});
  EXPECT_FALSE(fs::exists(folder_ / "never"));
  json["trajectory_hash"] = "0000000000000000";
  write("b/weights/quadratic__gn__s0.json", json.dump());
  EXPECT_NE(driver("merge some a b").err.find("'b/weights/quadratic__gn__s0.json' is left out"), std::string::npos);
  EXPECT_EQ(kept("some"), 8u);
}

TEST_F(SavedWeights, AreALineOfACellAlone) {
  const Outcome specs = driver("run --problem quadratic --method gn --seeds 1 --steps 2 --specs");
  write("spec.json", specs.out);
  const Outcome plain = driver("cell --no-heap < spec.json"),
                saved = driver("cell --no-heap --save-weights < spec.json");
  ASSERT_EQ(saved.code, 0) << saved.err;
  EXPECT_EQ(plain.out.find("\"weights\""), std::string::npos);
  const std::size_t end = saved.out.rfind("\n{\"type\":\"end\""), at = saved.out.rfind('\n', end - 1);
  const Weights weights = parse_weights(saved.out.substr(at + 1, end - at - 1), "line");
  const CellLines lines = read_cell_lines(saved.out, "lines");
  ASSERT_TRUE(lines.finished());
  EXPECT_EQ(lines.record().trajectory_hash, weights.trajectory_hash);
  EXPECT_EQ(lines.record().trajectory_hash, read_cell_lines(plain.out, "lines").record().trajectory_hash);
  write("cell.jsonl", saved.out);
  EXPECT_EQ(driver("validate cell.jsonl").code, 0);
}

TEST_F(SavedWeights, AnUpdateFromThemIsTheNextStepOfTheTraining) {
  run(kHeat + std::string("--steps 20 --out n"));
  run(kHeat + std::string("--steps 21 --out next"));
  const Json file = parse_json(testing::file_text(folder_ / "n/weights/heat__dp-sgd__s0.json"), "file");
  const Json next = parse_json(testing::file_text(folder_ / "next/weights/heat__dp-sgd__s0.json"), "file");
  const Json step = inspect("--weights n/weights/heat__dp-sgd__s0.json");
  EXPECT_EQ(step["network"]["theta"], file["theta"]);
  EXPECT_EQ(step["weights"]["step"], 20);
  EXPECT_EQ(step["weights"]["file"], "n/weights/heat__dp-sgd__s0.json");
  EXPECT_EQ(step["weights"]["trajectory_hash"], report("n").cells[0].trajectory_hash);
  // The batch is all there is, so that only the order of sums differs.
  EXPECT_EQ(step["settings"]["batch"], 8);
  EXPECT_NEAR(step["loss"].get<double>(), report("n").cells[0].final.train_loss, 1e-12);
  ASSERT_EQ(step["update"].size(), next["theta"].size());
  for (std::size_t i = 0; i < next["theta"].size(); ++i)
    EXPECT_NEAR(file["theta"][i].get<double>() + step["update"][i].get<double>(), next["theta"][i].get<double>(),
                1e-13);
  EXPECT_EQ(driver("validate step.json --quiet").code, 0);
}

TEST_F(SavedWeights, TakeOptionsWhereTheseSayMore) {
  run(kHeat + std::string("--steps 2 --out n"));
  const std::string from = "--weights n/weights/heat__dp-sgd__s0.json ";
  const Json gn = inspect(from + "--method gn --batch 3 --seed 5 --set tau=0.1");
  EXPECT_EQ(gn["method"], "gn");
  EXPECT_EQ(gn["seed"], 5);
  EXPECT_EQ(gn["settings"]["tau"], 0.1);
  EXPECT_EQ(gn["settings"]["points"], 16);
  EXPECT_EQ(gn["batch"]["input"].size(), 3u);
  EXPECT_EQ(gn["weights"]["method"], "dp-sgd");
  EXPECT_EQ(inspect(from + "--set rate=0.5")["settings"]["rate"], 0.5);
  expect_refused("inspect " + from + "--problem burgers", 2, {"--problem cannot be burgers", "are of heat"});
  expect_refused("inspect " + from + "--set points=32", 2,
                 {"n/weights/", "'widths' cannot be '16-", "expected 32 at the start"});
  expect_refused("inspect " + from + "--set activation=relu", 2, {"activation tanh", "activation relu"});
  expect_refused("inspect " + from + "--set network=residual", 2, {"residual"});
  expect_refused("inspect " + from + "--batch 4 --set batch=4", 2, {"--batch and the setting 'batch'"});
  expect_refused("inspect " + from + "--config x.json", 2, {"--config has no effect beside --weights"});
  expect_refused("inspect --weights nowhere.json", 2, {"nowhere.json"});
  expect_refused("inspect --weights n/report.json", 2, {"holds no weights"});
  expect_refused("inspect --weights ''", 2, {"--weights cannot be empty"});
  expect_refused("inspect --method gn", 2, {"inspect needs --problem, or --weights"});
  expect_refused("inspect --problem heat", 2, {"inspect needs --method, or --weights"});
}

TEST_F(SavedWeights, ADivergedCellHasItsLastFiniteOnes) {
  EXPECT_EQ(driver("run --problem quadratic --method dp-sgd --seeds 1 --steps 400 --set rate=1000 --out r --quiet "
                   "--save-weights")
                .code,
            1);
  const CellRecord cell = report("r").cells.at(0);
  ASSERT_EQ(cell.status, Status::diverged);
  const Weights weights = read_weights(folder_ / "r/weights/quadratic__dp-sgd__s0.json");
  EXPECT_EQ(weights.step, cell.steps);
  EXPECT_EQ(weights.trajectory_hash, cell.trajectory_hash);
}

TEST_F(SavedWeights, AreDrawnAndStaleOnesAreNot) {
  if (!has_gnuplot()) GTEST_SKIP() << "no gnuplot here";
  run("run --problem coupled-oscillators,heat --method gn,dp-adam --seeds 2 --steps 2 --set samples=16 "
      "--set test_samples=4 --set batch=8 --out r --quiet --save-weights");
  const Outcome fields = driver("plot --from r --kind fields --out d --keep");
  ASSERT_EQ(fields.code, 0) << fields.err;
  EXPECT_TRUE(fs::exists(folder_ / "d/fields-heat-initial-temperature.svg"));
  EXPECT_NE(fields.out.find("Relative distance to the grey line: "), std::string::npos) << fields.out;
  const Outcome other = driver("plot --from r --kind fields --out e --keep --sample 3 --seed 1");
  ASSERT_EQ(other.code, 0) << other.err;
  EXPECT_NE(testing::file_text(folder_ / "e/fields-heat-initial-temperature.gp"),
            testing::file_text(folder_ / "d/fields-heat-initial-temperature.gp"));
  EXPECT_EQ(driver("plot --from r/report.json --kind trajectory --out t").code, 0);
  EXPECT_TRUE(fs::exists(folder_ / "t/trajectory-coupled-oscillators-position-2.svg"));
  run("report --from r --out page.html");
  const std::string page = testing::file_text(folder_ / "page.html");
  EXPECT_NE(page.find("What was learned"), std::string::npos);
  EXPECT_NE(page.find("fields-heat-initial-temperature"), std::string::npos);
  expect_refused("plot --from r --kind fields --sample 4", 2, {"--sample cannot be 4", "4 held-out samples"});
  expect_refused("plot --from r --kind phases --sample 1", 2, {"--sample has no effect", "'phases'"});
  expect_refused("plot --from r --kind trajectory --problem heat", 1, {"nothing of the kind 'trajectory'"});
  expect_refused("plot --from r --kind fild", 2, {"did you mean 'fields'?"});
  // Weights of another training of the cell are said and not drawn.
  Json json = Json::parse(testing::file_text(folder_ / "r/weights/heat__gn__s0.json"));
  json["trajectory_hash"] = "0000000000000000";
  write("r/weights/heat__gn__s0.json", json.dump());
  const Outcome stale = driver("plot --from r --kind fields --problem heat --out s");
  EXPECT_EQ(stale.code, 0);
  EXPECT_NE(stale.err.find("heat gn: 'r/weights/heat__gn__s0.json' holds weights of another training"),
            std::string::npos)
      << stale.err;
  // A page says why it shows nothing.
  for (const char* name : {"heat__gn__s0", "heat__dp-adam__s0"})
    write(std::string("r/weights/") + name + ".json", "{\"type\"");
  run("report --from r --out page.html");
  EXPECT_NE(
      testing::file_text(folder_ / "page.html").find("<p class=\"note\">gn: r/weights/heat__gn__s0.json: parse error"),
      std::string::npos);
  fs::remove_all(folder_ / "r/weights");
  expect_refused("plot --from r --kind fields", 1, {"measure with `run --save-weights`"});
  run("report --from r --out page.html");
  EXPECT_EQ(testing::file_text(folder_ / "page.html").find("What was learned"), std::string::npos);
}

}  // namespace
}  // namespace physgrad
