// Directories that cannot be written to, limits and disks of the kernel's own, standard streams that are full or
// closed, and two programs in one directory.
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "driver/fault_process.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;
using testing::timeless;
using namespace std::chrono_literals;

constexpr const char* kTwoCells = "run --problem quadratic --method dp-adam,gn --seeds 1 --steps 1 --quiet --out r";

class FaultsOfOutputs : public testing::Faults {
 protected:
  void prepare() {
    ASSERT_EQ(driver(kTwoCells).code, 0);
    undisturbed_ = timeless(report("r"));
    fs::copy(folder_ / "r", folder_ / "finished", fs::copy_options::recursive);
  }

  /// The command ends with `code` and one line that contains `part`; all that was finished still is.
  void expect_one_line(const Outcome& outcome, int code, const std::string& part) const {
    EXPECT_EQ(outcome.code, code) << outcome.err;
    EXPECT_TRUE(outcome.err.starts_with("physgrad-bench: ")) << outcome.err;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  }

  void expect_it_continues() const {
    const Outcome again = driver(kTwoCells);
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(timeless(report("r")), undisturbed_);
    EXPECT_FALSE(has_temporaries("r"));
  }

  std::string undisturbed_;
};

TEST_F(FaultsOfOutputs, SomethingElseInAFilesPlace) {
  prepare();
  int tried = 0;
  struct Obstacle {
    std::string at, what, named;
    int code;
  };
  for (const Obstacle& each : {Obstacle{"r/manifest.json", "directory", "'r/manifest.json'", 2},
                               {"r/report.json", "directory", "'r/report.json'", 1},
                               {"r/tables/time.md", "directory", "'r/tables/time.md'", 1},
                               {"r/cells", "file", "'r/cells'", 2},
                               {"r/tables", "file", "'r/tables'", 2},
                               {"r", "file", "'r'", 2},
                               {"r/cells", "dangling", "'r/cells'", 2},
                               {"r/tables", "dangling", "'r/tables'", 2},
                               {"r", "dangling", "'r'", 2},
                               {"r/cells/quadratic__gn__s0.jsonl", "directory", "quadratic__gn__s0.jsonl'", 2}}) {
    SCOPED_TRACE(each.what + " at " + each.at);
    fs::remove_all(folder_ / "aside");
    fs::rename(folder_ / each.at, folder_ / "aside");
    if (each.what == "file") write(each.at, "");
    if (each.what == "directory") fs::create_directory(folder_ / each.at);
    if (each.what == "dangling") fs::create_symlink(folder_ / "nowhere" / "x", folder_ / each.at);
    const fs::path report_path = folder_ / "r" / "report.json";
    const std::string report_before = fs::is_regular_file(report_path) ? testing::file_text(report_path) : "";
    expect_one_line(driver(kTwoCells), each.code, each.named);
    // Nothing that was measured goes from the report because its cells are out of reach for a while.
    EXPECT_EQ(fs::is_regular_file(report_path) ? testing::file_text(report_path) : "", report_before);
    fs::remove_all(folder_ / each.at);
    fs::rename(folder_ / "aside", folder_ / each.at);
    const auto before = finished_files("r");
    EXPECT_EQ(before.size(), 2u);
    expect_it_continues();
    EXPECT_EQ(finished_files("r"), before);
    ++tried;
  }
  record("something else in the place of a file or directory", tried, HasFailure() ? 0 : tried);
}

TEST_F(FaultsOfOutputs, DirectoriesWithoutPermission) {
  prepare();
  // Permission bits do not bind root: as nobody, where that is possible.
  const std::string nobody = ::geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
  ASSERT_EQ(std::system(("chmod -R a+rwX '" + folder_.string() + "'").c_str()), 0);
  if (shell(nobody, "--version").code != 0) GTEST_SKIP() << "the program cannot be run without root's rights";
  int tried = 0;
  for (const char* folder : {"r", "r/cells", "r/tables"})
    for (const mode_t mode : {0555u, 0444u, 0u}) {
      SCOPED_TRACE(folder);
      ASSERT_EQ(::chmod((folder_ / folder).c_str(), mode), 0);
      const Outcome outcome = shell(nobody, kTwoCells);
      ASSERT_EQ(::chmod((folder_ / folder).c_str(), 0777), 0);
      expect_one_line(outcome, 2, "Permission denied");
      EXPECT_NE(outcome.err.find("'r"), std::string::npos);
      EXPECT_EQ(finished_files("r"), finished_files("finished"));
      expect_it_continues();
      ++tried;
    }
  // A finished cell that cannot be read is not measured again over what it holds.
  const fs::path cell = folder_ / "r" / "cells" / "quadratic__gn__s0.jsonl";
  ASSERT_EQ(::chmod(cell.c_str(), 0222), 0);
  expect_one_line(shell(nobody, kTwoCells), 2, "quadratic__gn__s0.jsonl': Permission denied");
  ASSERT_EQ(::chmod(cell.c_str(), 0666), 0);
  EXPECT_EQ(finished_files("r"), finished_files("finished"));
  // The file could be written to but not replaced: said before anything is measured.
  fs::create_directory(folder_ / "closed");
  write("closed/tuned.json", "{}");
  ASSERT_EQ(::chmod((folder_ / "closed" / "tuned.json").c_str(), 0666), 0);
  ASSERT_EQ(::chmod((folder_ / "closed").c_str(), 0555), 0);
  expect_one_line(shell(nobody, "tune --problem quadratic --method gn --trials 1 --steps 1 --out closed/tuned.json"), 2,
                  "'closed/tuned.json': Permission denied");
  ASSERT_EQ(::chmod((folder_ / "closed").c_str(), 0777), 0);
  tried += 2;
  record("a directory or file without permission", tried, HasFailure() ? 0 : tried);
}

TEST_F(FaultsOfOutputs, ALimitOfTheSizeOfFiles) {
  prepare();
  fs::remove_all(folder_ / "r");
  int tried = 0, failed = 0;
  for (int blocks = 0; blocks < 24; blocks += thorough() ? 1 : 4) {
    SCOPED_TRACE(blocks);
    // Standard error and output go through pipes: the limit would cut them as well.
    const Outcome outcome =
        shell("(ulimit -f " + std::to_string(blocks) + " && exec ", std::string(kTwoCells) + " 2>&1) | cat");
    EXPECT_EQ(damage("r", {}), "");
    EXPECT_FALSE(has_temporaries("r"));
    const auto finished = finished_files("r");
    if (outcome.out.starts_with("physgrad-bench: ")) {
      ++failed;
      EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 1) << outcome.out;
      EXPECT_NE(outcome.out.find("cannot write 'r/"), std::string::npos) << outcome.out;
      EXPECT_NE(outcome.out.find("': File too large"), std::string::npos) << outcome.out;
    } else {
      EXPECT_NE(outcome.out.find("Report: r/report.json"), std::string::npos) << outcome.out;
    }
    expect_it_continues();
    EXPECT_EQ(damage("r", finished), "");
    fs::remove_all(folder_ / "r");
    ++tried;
  }
  EXPECT_GT(failed, 0);
  record("a limit of the size of files (ulimit -f)", tried, HasFailure() ? 0 : tried);
}

TEST_F(FaultsOfOutputs, ADiskThatIsReallyFull) {
  const std::string mount = "mkdir -p disk && mount -t tmpfs -o size=";
  if (std::system(("cd '" + folder_.string() + "' && unshare --user --map-root-user --mount sh -c '" + mount +
                   "64k none disk' >/dev/null 2>&1")
                      .c_str()) != 0)
    GTEST_SKIP() << "no file system can be mounted here";
  prepare();
  int tried = 0, failed = 0;
  for (int size = 4; size <= 100; size += thorough() ? 4 : 8) {  // kB, of which a page each goes to three directories
    SCOPED_TRACE(size);
    fs::remove_all(folder_ / "r");
    const std::string run = std::string("\"") + PHYSGRAD_DRIVER + "\" " + kTwoCells;
    write("script", mount + std::to_string(size) + "k none disk && cd disk && { " + run +
                        " >../out 2>../err; echo $? >../code; find r -name \"*.tmp\" >../left; cp -r r ../full;"
                        " mount -o remount,size=10m . && " +
                        run + " >../out2 2>../err2; echo $? >../code2; cp -r r ..; }");
    fs::remove_all(folder_ / "full");
    ASSERT_EQ(
        std::system(
            ("cd '" + folder_.string() + "' && unshare --user --map-root-user --mount sh script 2>script.err").c_str()),
        0)
        << testing::file_text(folder_ / "script.err");
    const std::string code = testing::file_text(folder_ / "code"), said = testing::file_text(folder_ / "err");
    if (code != "0\n") {
      ++failed;
      EXPECT_TRUE(code == "1\n" || code == "2\n") << code;
      EXPECT_TRUE(said.starts_with("physgrad-bench: ")) << said;
      EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;
      EXPECT_NE(said.find("': No space left on device"), std::string::npos) << said;
    }
    EXPECT_EQ(testing::file_text(folder_ / "left"), "");
    EXPECT_EQ(damage("full", {}), "");
    EXPECT_EQ(testing::file_text(folder_ / "code2"), "0\n") << testing::file_text(folder_ / "err2");
    EXPECT_EQ(damage("r", finished_files("full")), "");
    EXPECT_EQ(timeless(report("r")), undisturbed_);
    ++tried;
  }
  EXPECT_GT(failed, 0);
  record("a small disk (tmpfs) that runs full", tried, HasFailure() ? 0 : tried);
}

TEST_F(FaultsOfOutputs, StandardStreamsThatAreFullOrClosed) {
  prepare();
  const std::string tune = "tune --problem quadratic --method gn --trials 1 --steps 1 --out t.json --quiet";
  int tried = 0;
  for (const std::string& command :
       {std::string(kTwoCells), tune, std::string("table --from finished"), std::string("claims --from finished"),
        std::string("list"), std::string("--help"), std::string("inspect --problem quadratic --method gn")})
    for (const char* full : {">/dev/full", ">&-"}) {
      SCOPED_TRACE(command + full);
      fs::remove_all(folder_ / "r");
      expect_one_line(driver(command + " " + full), 1, "standard output");
      // With nobody to tell, the exit code still says it.
      EXPECT_EQ(driver(command + " " + full + " 2>/dev/full").code, 1);
      EXPECT_EQ(driver(command + " " + full + " 2>&- <&-").code, 1);
      EXPECT_TRUE(command != kTwoCells || timeless(report("r")) == undisturbed_) << "it was to be written before";
      tried += 3;
    }
  // Progress that cannot be shown is not a reason to stop, and never goes to a file of the run.
  std::string talkative(kTwoCells);
  talkative.erase(talkative.find("--quiet "), 8);
  for (const char* full : {"2>/dev/full", "2>&-", "2>&- <&-", ">out 2>&- <&-"}) {
    SCOPED_TRACE(full);
    fs::remove_all(folder_ / "r");
    EXPECT_EQ(driver(talkative + " " + full).code, 0);
    EXPECT_EQ(finished_files("r").size(), 2u);
    EXPECT_EQ(timeless(report("r")), undisturbed_);
    ++tried;
  }
  record("standard output or error full or closed", tried, HasFailure() ? 0 : tried);
}

TEST_F(FaultsOfOutputs, ASecondProgramInTheSameDirectoryIsRefused) {
  const std::string command = "run --problem quadratic --method dp-adam --seeds 1 --quiet --budget ";
  int tried = 0;
  for (int round = 0; round < std::min(rounds(1), 10); ++round) {
    fs::remove_all(folder_ / "r");
    const pid_t first = start_driver(command + "30 --out r");
    while (!fs::exists(folder_ / "r" / "report.json") && !ended(first)) std::this_thread::sleep_for(2ms);
    fs::remove(folder_ / "other-name");
    fs::create_directory_symlink("r", folder_ / "other-name");
    for (const char* name : {"r", "other-name/"})
      expect_one_line(driver(command + "30 --out " + name), 2, "in use by another");
    EXPECT_FALSE(ended(first)) << "it was to be running still";
    ::kill(first, SIGKILL);
    EXPECT_EQ(ended(first, 0), 128 + SIGKILL);
    // The lock went with its holder: what is refused now is another plan.
    expect_one_line(driver(command + "29 --out r"), 2, "holds another run");
    tried += 3;
  }
  record("a second program in the same directory", tried, HasFailure() ? 0 : tried);
}

}  // namespace
}  // namespace physgrad
