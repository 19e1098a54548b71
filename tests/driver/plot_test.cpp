// plot: one picture to standard output, several into a directory, and one clear line where that cannot be.
#include <algorithm>

#include "driver/driver_process.hpp"
#include "physgrad/pages/gnuplot.hpp"

namespace physgrad {
namespace {

using testing::Outcome;

class Plot : public testing::DriverProcess {
 protected:
  void SetUp() override {
    ASSERT_EQ(driver("run --problem quadratic --method gn,dp-adam --seeds 2 --steps 3 --quiet --out r").code, 0);
  }
  void expect_refused(const std::string& arguments, int code, const std::vector<std::string>& parts) const {
    const Outcome outcome = driver("plot --from r " + arguments);
    EXPECT_EQ(outcome.code, code) << arguments << outcome.err;
    EXPECT_TRUE(outcome.out.empty()) << arguments;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << arguments << outcome.err;
    for (const std::string& part : parts) EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  }
};

TEST_F(Plot, WrongInput) {
  expect_refused("", 2, {"--kind"});
  expect_refused("--kind convergance", 2, {"did you mean 'convergence'"});
  expect_refused("--kind phases --format svgz", 2, {"'svgz'", "did you mean 'svg'", "pdf"});
  expect_refused("--kind phases --by seconds", 2, {"--by", "'phases'"});
  expect_refused("--kind convergence --by second", 2, {"did you mean 'seconds'"});
  expect_refused("--kind convergence", 2, {"3 pictures", "--out", "--by (seconds, simulator_calls, steps)"});
  expect_refused("--kind phases --keep", 2, {"--keep", "--out"});
  expect_refused("--kind phases --budgets 1,2", 2, {"--budgets", "'phases'"});
  expect_refused("--kind claims --group family", 2, {"--group", "'claims'"});
  expect_refused("--kind profile --group famly --by steps", 2, {"--group", "did you mean 'family'"});
  expect_refused("--kind budgets --budgets 2,1", 2, {"--budgets", "increasing"});
  expect_refused("--kind x-error", 1, {"nothing to show", "'x-error'"});
  expect_refused("--kind phases --method gm", 2, {"'gm'"});
  expect_refused("--kind kappa", 1, {"nothing to show", "'kappa'"});
  write("file", "");
  expect_refused("--kind convergence --out file", 2, {"file", "directory"});
  expect_refused("--kind phases --out nowhere/x.svg", 2, {"nowhere"});
  EXPECT_EQ(testing::file_text(folder_ / "file"), "");
  const Outcome outcome = shell("PHYSGRAD_GNUPLOT=/nowhere/gnuplot ", "plot --from r --kind phases");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("gnuplot-nox"), std::string::npos) << outcome.err;
}

TEST_F(Plot, WhereItGoes) {
  if (!has_gnuplot()) GTEST_SKIP() << "no gnuplot here";
  const Outcome one = driver("plot --from r --kind convergence --by steps");
  EXPECT_EQ(one.code, 0) << one.err;
  EXPECT_NE(one.out.find("<svg"), std::string::npos);
  EXPECT_NE(one.out.find("dp-adam"), std::string::npos);
  const Outcome several = driver("plot --from r --kind convergence --method gn --out d --format png --keep");
  EXPECT_EQ(several.code, 0) << several.err;
  EXPECT_EQ(std::ranges::count(several.out, '\n'), 3) << several.out;
  EXPECT_TRUE(std::filesystem::exists(folder_ / "d/convergence-quadratic-steps.png"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "d/convergence-quadratic-steps.gp"));
  EXPECT_EQ(driver("plot --from r --kind phases --out m.svg").code, 0);
  EXPECT_NE(testing::file_text(folder_ / "m.svg").find("<svg"), std::string::npos);
}

}  // namespace
}  // namespace physgrad
