// Every call with which the driver makes, writes, reads, replaces or closes a file is made to fail, one run for each.
#include <algorithm>
#include <cstring>
#include <sstream>

#include "driver/fault_process.hpp"

#if defined(PHYSGRAD_FAILING_CALLS)

namespace physgrad {
namespace {

namespace fs = std::filesystem;
using testing::Faults;
using testing::Outcome;
using testing::timeless;

struct Call {
  std::string name, path;
  [[nodiscard]] bool takes_space() const { return name == "create" || name == "write" || name == "mkdir"; }
  /// A directory's entry is only made safer, and what is closed was read or synchronised before: nothing is lost here.
  [[nodiscard]] bool harmless() const {
    const std::filesystem::path extension = std::filesystem::path(path).extension();
    return name == "open-directory" || (name == "fsync" && extension.empty()) ||
           (name == "close" && extension != ".tmp");
  }
};

constexpr const char* kRun =
    "run --problem quadratic --method dp-adam,gn --seeds 1 --steps 1 --save-weights --quiet --out r";
constexpr int kErrors[] = {ENOSPC, EIO, EACCES};

class FaultsOfCalls : public Faults {
 protected:
  /// The command with its call number `number` failing, and those calls up to there and on.
  Outcome driver_failing(const std::string& mode, int error, std::size_t number, const std::string& under,
                         const std::string& command) {
    fs::remove(folder_ / "calls");
    const Outcome outcome =
        shell("env LD_PRELOAD='" PHYSGRAD_FAILING_CALLS
              "' PHYSGRAD_FAULT_LOG=calls"
              " PHYSGRAD_FAULT_UNDER=" +
                  under + " PHYSGRAD_FAULT_MODE=" + mode + " PHYSGRAD_FAULT_ERROR=" + std::to_string(error) +
                  " PHYSGRAD_FAULT_CALL=" + std::to_string(number) + " ",
              command);
    calls_.clear();
    std::istringstream log(testing::file_text(folder_ / "calls"));
    for (std::string line; std::getline(log, line);) {
      std::istringstream words(line);
      std::string count;
      Call call;
      words >> count >> call.name >> call.path;
      calls_.push_back(call);
    }
    return outcome;
  }
  Outcome driver_counted(const std::string& under, const std::string& command) {
    return driver_failing("once", 0, 0, under, command);
  }

  /// Exit code 1, or 2 where nothing was begun, and one line that names the file and the reason.
  [[nodiscard]] std::string wrong_complaint(const Outcome& outcome, std::size_t number, int error) const {
    const std::string& said = outcome.err;
    if (outcome.code != 1 && outcome.code != 2) return "exit code " + std::to_string(outcome.code);
    if (!said.starts_with("physgrad-bench: ") || std::ranges::count(said, '\n') != 1) return "not one line";
    if (said.find(std::strerror(error)) == std::string::npos) return "no reason";
    const std::size_t quote = said.rfind('\''), start = said.rfind('\'', quote - 1) + 1;
    const std::string named = said.substr(start, quote - start);
    // A temporary is named by what it was to become. A disk that vanishes may be noticed by a later call.
    for (std::size_t i = number - 1; i < calls_.size(); ++i)
      if (!named.empty() && calls_[i].path.starts_with(named)) return "";
    return "no path";
  }

  /// One run from `start` (empty: from nothing) with a failing call, and one without that continues. Empty: survived.
  [[nodiscard]] std::string run_failing(const std::string& mode, int error, std::size_t number,
                                        const std::string& start) {
    fs::remove_all(folder_ / "r");
    if (!start.empty()) fs::copy(folder_ / start, folder_ / "r", fs::copy_options::recursive);
    const auto before = finished_files("r");
    const Outcome outcome = driver_failing(mode, error, number, "r", kRun);
    if (calls_.size() < number) return "the call was not made";
    const Call failed = calls_[number - 1];
    const auto after = finished_files("r");
    std::string wrong = damage("r", before);
    if (wrong.empty() && outcome.code == 0 && !(failed.harmless() && timeless(report("r")) == undisturbed_))
      wrong = "success";
    if (wrong.empty() && outcome.code != 0) wrong = wrong_complaint(outcome, number, error);
    if (wrong.empty() && outcome.code == 2 && after.size() > before.size()) wrong = "exit code 2 after a cell";
    if (wrong.empty() && !start.empty() && !fs::exists(folder_ / "r" / "report.json")) wrong = "the report went";
    if (wrong.empty() && mode != "gone" && has_temporaries("r")) wrong = "a temporary was left";
    if (wrong.empty()) {
      const Outcome again = driver_counted("r", kRun);
      wrong = again.code != 0 || !again.err.empty() ? "it does not continue: " + again.err : damage("r", after);
      if (wrong.empty() && timeless(report("r")) != undisturbed_) wrong = "the continued report is another";
      if (wrong.empty() && has_temporaries("r")) wrong = "a temporary stayed";
    }
    return wrong.empty() ? "" : wrong + " after " + failed.name + " " + failed.path + "\n" + outcome.err;
  }

  /// Runs to start from: nothing, one finished cell and half of another, and everything finished.
  void prepare() {
    ASSERT_EQ(driver_counted("r", kRun).code, 0);
    undisturbed_ = timeless(report("r"));
    fs::copy(folder_ / "r", folder_ / "finished", fs::copy_options::recursive);
    fs::remove_all(folder_ / "r");
    std::size_t last_write = 0;
    for (std::size_t i = 0; i < calls_.size(); ++i)
      if (calls_[i].name == "write" && calls_[i].path.find("__gn__") != std::string::npos) last_write = i + 1;
    ASSERT_EQ(driver_failing("short", EIO, last_write, "r", kRun).code, 1);
    fs::rename(folder_ / "r", folder_ / "half");
    ASSERT_EQ(finished_files("half").size(), 1u);
  }

  /// Fails calls of the run from `start`: of those that `chosen` takes every `stride`-th.
  void fail_calls(const std::string& mode, const std::string& start, std::size_t stride) {
    fs::remove_all(folder_ / "r");
    if (!start.empty()) fs::copy(folder_ / start, folder_ / "r", fs::copy_options::recursive);
    ASSERT_EQ(driver_counted("r", kRun).code, 0);
    const std::vector<Call> calls = calls_;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      if ((mode == "full" && !calls[i].takes_space()) || (mode == "short" && calls[i].name != "write")) continue;
      // The ten tables are written alike, by eight calls each, and last, whatever the run starts from.
      const bool in_table = calls[i].path.find("/tables") != std::string::npos && calls[i].name != "mkdir";
      if (!thorough() && ((in_table && (start.empty() || i % 3 != 0)) || i % stride != 0)) continue;
      for (const int error : kErrors) {
        if (!thorough() && error != kErrors[i % std::size(kErrors)]) continue;
        if (mode == "full" && error != ENOSPC && thorough()) continue;
        ++tried_;
        const std::string wrong = run_failing(mode, error, i + 1, start);
        if (wrong.empty()) ++survived_;
        EXPECT_EQ(wrong, "") << mode << " from '" << start << "', call " << i + 1 << ", " << std::strerror(error);
      }
    }
  }

  std::vector<Call> calls_;
  std::string undisturbed_;
  int tried_ = 0, survived_ = 0;
};

TEST_F(FaultsOfCalls, EachAlone) {
  prepare();
  for (const char* start : {"", "finished"}) fail_calls("once", start, 1);
  if (thorough()) fail_calls("once", "half", 1);
  record("each call on the run directory fails once", tried_, survived_);
}

TEST_F(FaultsOfCalls, AWriteThatEndsHalfWay) {
  prepare();
  for (const char* start : {"", "half", "finished"}) fail_calls("short", start, 2);
  record("each write ends half-way", tried_, survived_);
}

TEST_F(FaultsOfCalls, ADiskThatFillsUp) {
  prepare();
  for (const char* start : {"", "half", "finished"}) fail_calls("full", start, 4);
  record("the disk is full from each call on", tried_, survived_);
}

TEST_F(FaultsOfCalls, ADiskThatVanishes) {
  prepare();
  for (const char* start : {"", "half", "finished"}) fail_calls("gone", start, 11);
  record("every call fails from each call on", tried_, survived_);
}

TEST_F(FaultsOfCalls, FilesOfTuneAndInspectAreOldOrNew) {
  int tried = 0, survived = 0;
  for (const std::string command :
       {"tune --problem quadratic --method dp-adam,gn --trials 1 --steps 1 --quiet --out r.json",
        "inspect --problem quadratic --method gn --batch 2 --out r.json"}) {
    ASSERT_EQ(driver_counted("r.json", command).code, 0);
    const std::vector<Call> calls = calls_;
    for (const bool there : {false, true})
      for (const char* mode : {"once", "short", "full", "gone"})
        for (std::size_t i = 0; i < calls.size(); ++i) {
          if (!thorough() && there != (i % 2 == 0)) continue;
          fs::remove(folder_ / "r.json");
          if (there) write("r.json", "{}");
          const int error = kErrors[i % std::size(kErrors)];
          const Outcome outcome = driver_failing(mode, error, i + 1, "r.json", command);
          std::string wrong = outcome.code == 0 ? "" : wrong_complaint(outcome, i + 1, error);
          if (outcome.code == 0 && !(std::string(mode) == "full" && !calls[i].takes_space())) wrong = "success";
          const std::string text = testing::file_text(folder_ / "r.json");
          if (there && text.empty()) wrong = "the old file went";
          if (!text.empty() && text != "{}" && text.back() != '\n') wrong = "half a file";
          // A tuned pair whose file cannot be written is shown at least.
          if (command.starts_with("tune") && outcome.out.find("quadratic") == std::string::npos)
            wrong = "nothing shown";
          for (const auto& entry : fs::directory_iterator(folder_))
            if (entry.path().extension() == ".tmp" && std::string(mode) != "gone") wrong = "a temporary was left";
          for (const auto& entry : fs::directory_iterator(folder_))
            if (entry.path().extension() == ".tmp") fs::remove(entry.path());
          ++tried;
          if (wrong.empty()) ++survived;
          EXPECT_EQ(wrong, "") << command << ": " << mode << " call " << i + 1 << " " << calls[i].name << "\n"
                               << outcome.err;
        }
  }
  record("each call on the file of tune or inspect fails", tried, survived);
}

}  // namespace
}  // namespace physgrad

#endif
