// Like with like from the command line: reports of other settings, lengths or machines are neither paired nor pooled.
#include <algorithm>

#include "driver/driver_process.hpp"
#include "physgrad/record/report_json.hpp"
#include "physgrad/record/stored_run.hpp"

namespace physgrad {
namespace {

class IdentityVerbs : public testing::DriverProcess {
 protected:
  void run(const std::string& arguments) const {
    const testing::Outcome outcome = driver("run --quiet " + arguments);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  }
  [[nodiscard]] std::string table(const std::string& arguments) const { return driver("table " + arguments).out; }
};

TEST_F(IdentityVerbs, DifferentTasksAreNotCompared) {
  run("--problem heat --method dp-adam --set points=8 --seeds 6 --steps 5 --out x1");
  run("--problem heat --method dp-sgd --set points=32 --seeds 6 --steps 5 --out x2");
  const std::string verdicts = table("--from x1 --from x2 --kind verdicts");
  EXPECT_NE(verdicts.find("heat points=8"), std::string::npos) << verdicts;
  EXPECT_NE(verdicts.find("heat points=32"), std::string::npos) << verdicts;
  EXPECT_EQ(verdicts.find("A: dp-"), std::string::npos) << verdicts;
  EXPECT_EQ(verdicts.find("B: dp-"), std::string::npos) << verdicts;
  EXPECT_NE(verdicts.find("nothing to compare"), std::string::npos) << verdicts;
}

TEST_F(IdentityVerbs, SeedsOfOtherLengthsAndSettingsAreNotPooled) {
  run("--problem quadratic --method dp-sgd,gn --steps 50 --seeds 2 --out a");
  run("--problem quadratic --method dp-sgd,gn --steps 500 --seeds 7,8 --out d");
  const std::string lengths = table("--from a --from d");
  EXPECT_NE(lengths.find("quadratic steps=50 "), std::string::npos) << lengths;
  EXPECT_NE(lengths.find("quadratic steps=500 "), std::string::npos) << lengths;
  EXPECT_EQ(lengths.find("4/4"), std::string::npos) << lengths;
  run("--problem quadratic --method dp-sgd --set rate=0.02 --steps 50 --seeds 7,8 --out e");
  const std::string rates = table("--from a --from e");
  EXPECT_NE(rates.find("dp-sgd rate=0.02 "), std::string::npos) << rates;
  EXPECT_EQ(rates.find("4/4"), std::string::npos) << rates;
  run("--problem quadratic --method dp-sgd,gn --steps 50 --seeds 7,8 --out f");
  EXPECT_NE(table("--from a --from f").find("4/4"), std::string::npos);
}

TEST_F(IdentityVerbs, CopiesOfOneNumberHaveNoP) {
  run("--problem quadratic --method gn,dp-sgd --seeds 8 --steps 40 --out q");
  const std::string verdicts = table("--from q --kind verdicts");
  EXPECT_NE(verdicts.find("the seed changes nothing: 1 distinct pair of 8"), std::string::npos) << verdicts;
  EXPECT_EQ(verdicts.find("A: gn"), std::string::npos) << verdicts;
}

TEST_F(IdentityVerbs, AMachineIsNamedWhereThereAreSeveral) {
  run("--problem heat --method dp-adam --set points=8 --seeds 2 --steps 3 --out m");
  Report report = read_report(folder_ / "m");
  report.header.machines.push_back(report.header.machines.front());
  report.header.machines[1].cpu = "another cpu";
  report.cells[1].machine = 1;
  write("two.json", report_text(report));
  const std::string times = table("--from two.json --kind time");
  EXPECT_NE(times.find("dp-adam (another cpu)"), std::string::npos) << times;
}

}  // namespace
}  // namespace physgrad
