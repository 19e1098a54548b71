// Where output goes: directories of one's own, names that end in '/', links, pipes, and other people's files beside.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <set>

#include "driver/driver_process.hpp"
#include "physgrad/record/report_json.hpp"
#include "physgrad/record/stored_run.hpp"
#include "physgrad/study/config.hpp"
#include "physgrad/study/plan.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;

class Outputs : public testing::DriverProcess {
 protected:
  static constexpr const char* kTiny = "run --problem quadratic --method gn --seeds 1 --steps 1 --quiet ";
  void expect_refused(const Outcome& outcome, const std::vector<std::string>& parts) const {
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    for (const std::string& part : parts) EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  }
  [[nodiscard]] std::string text_of(const std::string& name) const { return testing::file_text(folder_ / name); }
  [[nodiscard]] std::set<std::string> names_in(const std::string& folder) const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_ / folder)) names.insert(entry.path().filename());
    return names;
  }
};

TEST_F(Outputs, ADirectoryWithoutANameIsNobodyElses) {
  // Whatever second it is now, the directory of its name is taken.
  const std::time_t now = std::time(nullptr);
  for (std::time_t second = now; second < now + 60; ++second) {
    const fs::path taken = folder_ / fmt::format("results/{:%Y%m%d-%H%M%S}", fmt::localtime(second));
    fs::create_directories(taken);
    if (second % 2 == 0) fs::create_directory(taken.string() + "-2");
  }
  const std::set<std::string> before = names_in("results");
  ASSERT_EQ(driver(kTiny).code, 0);
  ASSERT_EQ(driver(kTiny).code, 0);
  std::set<std::string> fresh;
  for (const std::string& name : names_in("results"))
    if (before.contains(name))
      EXPECT_TRUE(fs::is_empty(folder_ / "results" / name)) << name;
    else
      fresh.insert(name);
  ASSERT_EQ(fresh.size(), 2u);
  for (const std::string& name : fresh) {
    EXPECT_EQ(read_report(folder_ / "results" / name).header.name, name);
    EXPECT_EQ(name.find('-', 9), 15u) << name;  // a number after the second
  }
  fs::remove_all(folder_ / "results");
  write("results", "");
  expect_refused(driver(kTiny), {"'results'", "cannot be used as a directory"});
}

TEST_F(Outputs, ARunIsCalledAsItsDirectory) {
  fs::create_directories(folder_ / "real" / "inside");
  fs::create_directory_symlink("real", folder_ / "link");
  const auto name = [&](const std::string& before, const std::string& out) {
    EXPECT_EQ(shell(before, kTiny + std::string("--out ") + out).code, 0) << out;
    return read_report(folder_ / (before.empty() ? out : "real/inside/" + out)).header.name;
  };
  for (const char* out : {"x", "x/", "x//", "x/.", "./x", "real/../x", "x/./", "$PWD/x/"}) {
    fs::remove_all(folder_ / "x");
    EXPECT_EQ(driver(kTiny + std::string("--out ") + out).code, 0) << out;
    EXPECT_EQ(read_report(folder_ / "x").header.name, "x") << out;
  }
  EXPECT_EQ(name("", "link"), "link");
  fs::remove(folder_ / "real" / "manifest.json");
  EXPECT_EQ(name("", "link/"), "link");
  fs::remove(folder_ / "real" / "manifest.json");
  fs::remove(folder_ / "real" / "manifest.json");
  const std::string inside = "cd real/inside && ";
  EXPECT_EQ(name(inside, "."), "inside");
  EXPECT_EQ(name(inside, ".."), "real");
  EXPECT_NE(driver("table --from x/").out.find("quadratic"), std::string::npos);
}

TEST_F(Outputs, OtherPeoplesFilesStay) {
  ASSERT_EQ(driver(kTiny + std::string("--out r")).code, 0);
  const std::vector<std::string> names = {"data.csv.2024.tmp",
                                          "report.json.2024.tmp",
                                          "manifest.json.1.tmp",
                                          "summary.md.77.tmp",
                                          "quadratic__gn__s0.jsonl.77.tmp",
                                          ".tmp",
                                          "1.tmp",
                                          "report.json.tmp",
                                          "report.json~",
                                          ".report.json.swp",
                                          "#report.json#",
                                          "a.b.c.123.tmp",
                                          "notes.physgrad-bench-1-0.tmp",
                                          "report.json.physgrad-bench-1.tmp",
                                          "report.json.physgrad-bench-1-.tmp",
                                          "report.json.physgrad-bench--0.tmp",
                                          "report.json.physgrad-bench-x-0.tmp",
                                          "report.json.physgrad-bench-1-0.tmp.bak",
                                          "report.json.physgrad-bench-.tmp",
                                          ".physgrad-bench-1-0.tmp",
                                          "physgrad-bench.tmp"};
  for (const char* folder : {"r/", "r/cells/", "r/tables/"})
    for (const std::string& name : names) write(folder + name, name);
  fs::create_directory(folder_ / "r" / "report.json.physgrad-bench-1-1.tmp");
  fs::create_symlink("report.json", folder_ / "r" / "report.json.physgrad-bench-1-2.tmp");
  // What a killed program left is of its own files and called so.
  write("r/report.json.physgrad-bench-123-0.tmp", "half");
  write("r/manifest.json.physgrad-bench-123-4.tmp", "half");
  write("r/cells/quadratic__gn__s0.jsonl.physgrad-bench-123-0.tmp", "half");
  write("r/tables/time.md.physgrad-bench-123-0.tmp", "half");
  // Another run is refused without a change.
  EXPECT_EQ(driver(kTiny + std::string("--set rate=0.5 --out r")).code, 2);
  EXPECT_TRUE(fs::exists(folder_ / "r" / "report.json.physgrad-bench-123-0.tmp"));
  ASSERT_EQ(driver(kTiny + std::string("--out r")).code, 0);
  for (const char* folder : {"r/", "r/cells/", "r/tables/"})
    for (const std::string& name : names) EXPECT_EQ(text_of(folder + name), name) << folder;
  EXPECT_TRUE(fs::is_directory(folder_ / "r" / "report.json.physgrad-bench-1-1.tmp"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "r" / "report.json.physgrad-bench-1-2.tmp"));
  for (const char* left : {"r", "r/cells", "r/tables"})
    for (const std::string& name : names_in(left))
      EXPECT_EQ(name.find("physgrad-bench-123-"), std::string::npos) << name;
  // Beside the single files of other verbs nothing is cleaned at all.
  const std::string tune = "tune --problem quadratic --method gn --trials 1 --steps 1 --quiet --out t.json";
  const std::vector<std::string> beside = {"t.json.2024.tmp", "t.json.tmp", "t.json.physgrad-bench-1-0.tmp"};
  for (const std::string& name : beside) write(name, name);
  ASSERT_EQ(driver(tune).code, 0);
  ASSERT_EQ(driver("inspect --problem quadratic --method gn --out t.json").code, 0);
  for (const std::string& name : beside) EXPECT_EQ(text_of(name), name);
}

TEST_F(Outputs, LinksAreFollowed) {
  fs::create_directory(folder_ / "elsewhere");
  const std::string inspect = "inspect --problem quadratic --method gn --out ";
  const std::string tune = "tune --problem quadratic --method gn --trials 1 --steps 1 --quiet --out ";
  for (const std::string& command : {inspect, tune}) {
    SCOPED_TRACE(command);
    for (const char* name : {"dangling", "first", "loop", "nowhere", "null", "folder"}) fs::remove(folder_ / name);
    fs::remove(folder_ / "elsewhere" / "made.json");
    fs::create_symlink("elsewhere/made.json", folder_ / "dangling");
    EXPECT_EQ(driver(command + "dangling").code, 0);
    EXPECT_TRUE(fs::is_symlink(folder_ / "dangling"));
    EXPECT_TRUE(text_of("elsewhere/made.json").starts_with("{"));
    // Over two links, one of them in another directory, to a file that is there.
    fs::remove(folder_ / "elsewhere" / "second");
    fs::create_symlink("elsewhere/second", folder_ / "first");
    fs::create_symlink("made.json", folder_ / "elsewhere" / "second");
    write("elsewhere/made.json", "old");
    EXPECT_EQ(driver(command + "first").code, 0);
    EXPECT_TRUE(fs::is_symlink(folder_ / "first") && fs::is_symlink(folder_ / "elsewhere" / "second"));
    EXPECT_TRUE(text_of("elsewhere/made.json").starts_with("{"));
    fs::create_symlink("loop", folder_ / "loop");
    expect_refused(driver(command + "loop"), {"'loop'", "Too many levels"});
    fs::create_symlink("missing/made.json", folder_ / "nowhere");
    expect_refused(driver(command + "nowhere"), {"'nowhere'", "no directory 'missing'"});
    EXPECT_TRUE(fs::is_symlink(folder_ / "loop") && fs::is_symlink(folder_ / "nowhere"));
    fs::create_symlink("/dev/null", folder_ / "null");
    EXPECT_EQ(driver(command + "null").code, 0);
    EXPECT_TRUE(fs::is_character_file("/dev/null") && fs::is_symlink(folder_ / "null"));
    fs::create_directory_symlink("elsewhere", folder_ / "folder");
    expect_refused(driver(command + "folder"), {"'folder'", "it is a directory"});
  }
  EXPECT_TRUE(driver(inspect + "/dev/stdout | cat").out.starts_with("{"));
  EXPECT_TRUE(driver(inspect + "/dev/stdout").out.starts_with("{"));
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0666), 0);
  fs::create_symlink("pipe", folder_ / "to-pipe");
  for (const char* out : {"pipe", "to-pipe"})
    EXPECT_TRUE(shell("{ cat pipe & } && ", inspect + out + "; wait").out.starts_with("{")) << out;
  EXPECT_TRUE(fs::is_fifo(folder_ / "pipe") && fs::is_symlink(folder_ / "to-pipe"));
}

TEST_F(Outputs, FilesOfARunMayBeLinksButNoPipes) {
  const std::string run = kTiny + std::string("--out r");
  ASSERT_EQ(driver(run).code, 0);
  fs::remove(folder_ / "r" / "report.json");
  fs::create_symlink("../report-elsewhere.json", folder_ / "r" / "report.json");
  const fs::path cell = folder_ / "r" / "cells" / "quadratic__gn__s0.jsonl";
  fs::rename(cell, folder_ / "cell-elsewhere");
  fs::create_symlink("../../cell-elsewhere", cell);
  ASSERT_EQ(driver(run).code, 0);
  EXPECT_TRUE(fs::is_symlink(folder_ / "r" / "report.json") && fs::is_symlink(cell));
  EXPECT_EQ(read_report(folder_ / "report-elsewhere.json").cells.size(), 1u);
  for (const char* name : {"manifest.json", "report.json", "cells/quadratic__gn__s0.jsonl", "tables/time.md"}) {
    const fs::path path = folder_ / "r" / name;
    fs::rename(path, folder_ / "aside");
    ASSERT_EQ(::mkfifo(path.c_str(), 0666), 0);
    expect_refused(driver(run), {std::string("'r/") + name, "is a pipe"});
    fs::remove(path);
    fs::create_symlink("/dev/null", path);
    expect_refused(driver(run), {"is a device"});
    fs::remove(path);
    fs::rename(folder_ / "aside", path);
  }
  EXPECT_EQ(driver(run).code, 0);
}

TEST_F(Outputs, PathsThatAreTooLongAreRefusedBeforeAnythingIsDone) {
  const std::string name(250, 'n'), longer(300, 'n');
  std::string deep = "deep";
  while (deep.size() < 3950) deep += "/" + std::string(100, 'd');
  for (const std::string& out : {longer, deep, deep + "/" + name})
    expect_refused(driver(kTiny + std::string("--out ") + out), {"File name too long"});
  EXPECT_FALSE(fs::exists(folder_ / "deep"));
  const std::string inspect = "inspect --problem quadratic --method gn --out ";
  const std::string tune = "tune --problem quadratic --method gn --trials 1 --steps 1 --out ";
  for (const std::string& command : {inspect, tune}) {
    const Outcome outcome = driver(command + longer);
    expect_refused(outcome, {"File name too long"});
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(driver(command + name).code, 0);  // whose temporary's name is cut
    EXPECT_TRUE(text_of(name).starts_with("{"));
    fs::remove(folder_ / name);
  }
  EXPECT_EQ(driver(kTiny + std::string("--out ") + name).code, 0);
}

TEST_F(Outputs, HelpKnowsWhatThereIs) {
  // The parser breaks lines as it likes.
  const auto help = [&](const std::string& verb) {
    std::string text = driver(verb + " --help").out, words;
    for (const char letter : text)
      if (letter != '\n' && letter != ' ') words += letter;
    return words;
  };
  const std::string table = help("table"), run = help("run");
  for (const std::string& kind : table_kinds()) EXPECT_NE(table.find(kind), std::string::npos) << kind;
  for (const std::string& key : config_keys()) EXPECT_NE(run.find(key), std::string::npos) << key;
  for (const char* format : {"text", "md", "csv", "latex", "json"})
    for (const char* verb : {"table", "claims"}) EXPECT_NE(help(verb).find(format), std::string::npos) << format;
  EXPECT_NE(run.find("heat,burgers,coupled-oscillators,two-bodyxdp-adam,pg,gn,hig"), std::string::npos) << run;
  EXPECT_NE(help("list").find("problems,methods,pairs,parts"), std::string::npos);
}

TEST_F(Outputs, ClaimsNeedADirectoryToMeasureInto) {
  expect_refused(driver("claims --run --out ''"), {"--out cannot be empty"});
}

}  // namespace
}  // namespace physgrad
