// Wrong input is one clear line on stderr, exit code 2, and nothing written; a failure while working is exit code 1.
#include <algorithm>

#include "driver/driver_process.hpp"

namespace physgrad {
namespace {

class Usage : public testing::DriverProcess {
 protected:
  /// Expects one line that contains all of `parts`.
  void expect_refused(const std::string& arguments, int code, const std::vector<std::string>& parts) const {
    const testing::Outcome outcome = driver(arguments);
    EXPECT_EQ(outcome.code, code) << arguments << "\n" << outcome.err;
    EXPECT_TRUE(outcome.err.starts_with("physgrad-bench: ")) << arguments << "\n" << outcome.err;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << arguments << "\n" << outcome.err;
    for (const std::string& part : parts)
      EXPECT_NE(outcome.err.find(part), std::string::npos) << arguments << "\n" << outcome.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "x")) << arguments;
  }
  /// Fifty different numbers in (0, 1).
  static std::string values() {
    std::string text;
    for (int i = 1; i <= 50; ++i) text += (i > 1 ? ",0." : "0.") + std::to_string(100 + i);
    return text;
  }
  void expect_usage_error(const std::string& arguments, const std::vector<std::string>& parts) const {
    expect_refused(arguments, 2, parts);
  }
};

constexpr const char* kUnrun = "run --problem quadratic --method dp-adam --out x ";

TEST_F(Usage, WrongNamesGetTheNearest) {
  expect_usage_error("run --problem haet --out x", {"unknown problem 'haet'", "did you mean 'heat'", "two-body"});
  expect_usage_error("run --method dp-adm --out x", {"unknown method 'dp-adm'", "did you mean 'dp-adam'"});
  expect_usage_error("rnu", {"unknown command 'rnu'", "did you mean 'run'"});
  expect_usage_error("run --sedes 3", {"unknown option '--sedes'", "did you mean '--seeds'"});
  expect_usage_error("list foo", {"problems", "methods", "pairs", "parts"});
  expect_usage_error("list part", {"unknown list 'part'", "did you mean 'parts'"});
  expect_usage_error("run --method compose:rule=lino --out x", {"unknown rule 'lino'", "known: adadelta"});
  expect_usage_error("inspect --problem haet --method hig", {"did you mean 'heat'"});
  expect_usage_error("", {"--help"});
}

TEST_F(Usage, WrongSettings) {
  const std::string run = kUnrun;
  expect_usage_error(run + "--set rat=1", {"unknown setting 'rat'", "did you mean 'rate'"});
  expect_usage_error(run + "--set rate=abc", {"'rate'", "'abc'", "a number"});
  expect_usage_error(run + "--set rate=-1", {"'rate'", "'-1'", "in [0"});
  expect_usage_error(run + "--set rate", {"KEY=VALUE"});
  expect_usage_error(run + "--set heat.points=3", {"'heat'", "not in the run"});
  expect_usage_error(run + "--set nowhere.points=3", {"'nowhere'"});
  expect_usage_error("run --problem heat --method dp-adam --out x --set widths=64-x-64",
                     {"'64-x-64'", "'x' is no number"});
  expect_usage_error("run --problem heat --method dp-adam --out x --set widths=64-64-",
                     {"'64-64-'", "'' is no number"});
  expect_usage_error("run --problem quadratic --out x --method dp-adam,,pg", {"--method 'dp-adam,,pg'", "empty name"});
  expect_usage_error(run + "--set \"$(printf 'ra\\n\\033[31m\\377=1')\"", {"'ra\\x0a\\x1b[31m\\xff'"});
}

TEST_F(Usage, WrongTargetFiles) {
  const std::string run =
      "run --problem burgers-reconstruction --method dp-adam --out x --set points=3 --set target_file=";
  write("deep.json", "{\"values\": [" + std::string(50000, '[') + std::string(50000, ']') + ", 1, 1]}");
  write("text.json", "{\"values\": [1, 2, \"3\"]}");
  expect_usage_error(run + "/", {"target_file '/'", "cannot read"});
  expect_usage_error(run + "nowhere.json", {"target_file 'nowhere.json'", "cannot read"});
  expect_usage_error(run + "$PWD/deep.json", {"got array at index 0"});
  expect_usage_error(run + "$PWD/text.json", {"got string at index 2"});
}

TEST_F(Usage, RunsTooLargeToPlan) {
  expect_usage_error("run --problem quadratic --method hig --out x --sweep rate=" + values() +
                         " --sweep tau=" + values() + " --sweep kappa=" + values(),
                     {"125000 cells", "at most 100000"});
}

TEST_F(Usage, WrongNumbers) {
  const std::string run = kUnrun;
  for (const char* seeds : {"-1", "x", "0", "1,x", "1.5"}) expect_usage_error(run + "--seeds " + seeds, {"--seeds"});
  for (const char* budget : {"-1", "0", "nan", "abc", "inf"})
    expect_usage_error(run + "--budget " + budget, {"--budget", "expected a number"});
  for (const char* steps : {"0", "-3", "1.5", "x"}) expect_usage_error(run + "--steps " + steps, {"--steps"});
  for (const char* limit : {"3Q", "-1", "x"}) expect_usage_error(run + "--memory-limit " + limit, {"--memory-limit"});
  expect_usage_error(run + "--timeout 0", {"--timeout"});
  expect_usage_error("inspect --problem quadratic --method hig --batch 0", {"--batch"});
  expect_usage_error("inspect --problem quadratic --method hig --seed -1", {"--seed"});
}

TEST_F(Usage, NumbersHaveOneReader) {
  const std::string run = kUnrun;
  expect_usage_error(run + "--steps 99999999999999999999", {"--steps", "at most 9007199254740992"});
  for (const char* number : {"0x10", "+5", "1e400", "''"}) {
    for (const char* option : {"--steps ", "--budget ", "--timeout ", "--jobs ", "--threads ", "--seeds "})
      expect_usage_error(run + option + number, {"cannot be"});
    expect_usage_error(std::string("tune --problem quadratic --method gn --out x --trials ") + number, {"--trials"});
    expect_usage_error(std::string("inspect --problem quadratic --method gn --seed ") + number, {"--seed"});
  }
  for (const char* limit : {"-1G", "0", "1e3X", "infM", "0x1M", "1e400", "M", "+1G"})
    expect_usage_error(run + "--memory-limit " + limit, {"--memory-limit"});
  expect_usage_error(run + "--budget 1e-400", {"--budget", "'1e-400'"});
  expect_usage_error(run + "--jobs 257", {"--jobs", "at most 256"});
  expect_usage_error(run + "--seeds 18446744073709551616,", {"--seeds", "18446744073709551615"});
  // Ten steps and a thousand are what they look like.
  for (const auto& [steps, count] : {std::pair{"010", "10"}, std::pair{"1e3", "1000"}}) {
    const testing::Outcome outcome = driver(std::string("run --problem quadratic --method dp-adam --seeds "
                                                        "18446744073709551615, --memory-limit 1e3M --quiet --out s") +
                                            steps + " --steps " + steps);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    const std::string text = testing::file_text(folder_ / (std::string("s") + steps) / "report.json");
    EXPECT_NE(text.find(std::string("\"steps\": ") + count), std::string::npos) << steps;
    EXPECT_NE(text.find("18446744073709551615"), std::string::npos);
  }
}

TEST_F(Usage, OptionsWithoutEffect) {
  expect_usage_error(std::string(kUnrun) + "--profile quick", {"--profile quick has no effect"});
  expect_usage_error(std::string(kUnrun) + "--target-stop --no-target-stop", {"excludes"});
  expect_usage_error("claims --from nowhere --quiet", {"--quiet requires --run"});
  expect_usage_error("claims --from nowhere --out x", {"--out requires --run"});
}

/// What a problem's inverse does not ask for, or one sample has not, changes nothing and is said to.
TEST_F(Usage, SettingsOfPhysicalGradientsWithoutEffect) {
  const auto pg = [](const std::string& problem, const std::string& settings) {
    return "run --problem " + problem + " --method pg --steps 1 --seeds 1 --out x --set " + settings;
  };
  for (const char* method : {"marching", "gauss-newton-reversed"})
    expect_usage_error(pg("burgers", std::string("inverse_method=") + method + " --set anchor=present"),
                       {"anchor", std::string("inverse_method=") + method});
  for (const char* anchor : {"zero", "present"})
    expect_usage_error(pg("two-body", std::string("inverse_start=lambert --set anchor=") + anchor),
                       {"anchor", "inverse_start=lambert"});
  for (const char* problem : {"poisson", "scaled-fit", "exponential"})
    expect_usage_error(pg(problem, "anchor=zero"), {"anchor", "wanted state"});
  EXPECT_EQ(driver(pg("poisson,heat", "anchor=zero --dry-run")).code, 0);
  expect_usage_error(pg("burgers-reconstruction", "dx_bound=1"), {"dx_bound", "one sample"});
  expect_usage_error(pg("heat", "instance=true --set dx_bound=1"), {"dx_bound", "one sample"});
  expect_usage_error(pg("heat", "batch=1 --set dx_bound=1"), {"dx_bound", "its own median"});
  EXPECT_EQ(driver(pg("heat", "batch=1 --set growth=8 --set dx_bound=1 --dry-run")).code, 0);
  EXPECT_EQ(driver(pg("burgers", "inverse_method=gauss-newton --set anchor=present --dry-run")).code, 0);
}

TEST_F(Usage, WrongConfigFiles) {
  const auto config = [&](const std::string& text) {
    write("c.json", text);
    return std::string(kUnrun) + "--config c.json";
  };
  expect_usage_error(std::string(kUnrun) + "--config nowhere.json", {"nowhere.json"});
  expect_usage_error(config("{\"steps\":"), {"c.json", "line 1"});
  expect_usage_error(config("{\"step\": 3}"), {"unknown key 'step'", "did you mean 'steps'"});
  expect_usage_error(config("{\"steps\": \"many\"}"), {"c.json: steps", "number"});
  expect_usage_error(config("{\"steps\": 1e400}"), {"c.json"});
  expect_usage_error(config("{\"settings\": {\"rate\": null}}"), {"rate"});
  expect_usage_error(config("{\"settings\": {\"rate\": {\"rate\": {\"rate\": 1}}}}"), {"rate"});
  expect_usage_error(config("[]"), {"c.json"});
  expect_usage_error(config("{\"steps\": NaN}"), {"c.json", "parse error"});
  expect_usage_error(config("{\"steps\": -Infinity}"), {"c.json", "parse error"});
  expect_usage_error(config("{\"steps\": -3}"), {"--steps", "above 0"});
  expect_usage_error(config("{\"steps\": 3, \"steps\": 4}"), {"c.json", "key 'steps' appears twice"});
  expect_usage_error(config("{\"settings\": " + std::string(100000, '[') + "}"), {"c.json", "deeper than 64"});
  expect_usage_error(config("{\"problems\": [\"he\xc3"), {"c.json", "UTF-8"});
}

TEST_F(Usage, WrongPaths) {
  write("file", "text");
  expect_usage_error("run --problem quadratic --method dp-adam --out file", {"'file'"});
  expect_usage_error("run --problem quadratic --method dp-adam --out /dev/full", {"'/dev/full'"});
  expect_usage_error("run --problem quadratic --method dp-adam --out /proc/nowhere", {"/proc/nowhere"});
  expect_usage_error("inspect --problem quadratic --method hig --out nowhere/step.json", {"no directory 'nowhere'"});
  expect_usage_error("table --from nowhere", {"nowhere"});
  expect_usage_error("table", {"--from"});
  expect_usage_error("table --from file", {"file", "parse error"});
  EXPECT_EQ(testing::file_text(folder_ / "file"), "text");
}

TEST_F(Usage, AFullDiskIsAFailure) {
  expect_refused("inspect --problem quadratic --method hig --out /dev/full", 1,
                 {"'/dev/full'", "No space left on device"});
  expect_refused("list >/dev/full", 1, {"standard output"});
  expect_refused("inspect --problem quadratic --method hig >/dev/full", 1, {"standard output"});
}

TEST_F(Usage, HelpVersionAndLists) {
  for (const char* verb : {"", "run", "list", "table", "claims", "inspect"}) {
    const testing::Outcome help = driver(std::string(verb) + " --help");
    EXPECT_EQ(help.code, 0);
    EXPECT_NE(help.out.find("Examples:"), std::string::npos) << verb;
  }
  EXPECT_NE(driver("--version").out.find("commit"), std::string::npos);
  EXPECT_NE(driver("list").out.find("coupled-oscillators"), std::string::npos);
  EXPECT_NE(driver("list methods").out.find("half-inverse"), std::string::npos);
  EXPECT_NE(driver("list pairs").out.find("hig"), std::string::npos);
  EXPECT_TRUE(driver("list --json").out.starts_with("{"));
  const std::string parts = driver("list parts").out;
  for (const char* text :
       {"search  backtracking", "joint   damped", "settings: physics_tau, proxy, eta", "needs inverse"})
    EXPECT_NE(parts.find(text), std::string::npos) << text << "\n" << parts;
  EXPECT_NE(driver("list methods").out.find("physics=inverse network=half-inverse rule=sgd"), std::string::npos);
  EXPECT_NE(driver("list parts --json").out.find("\"word\": \"full-adagrad\""), std::string::npos);
}

}  // namespace
}  // namespace physgrad
