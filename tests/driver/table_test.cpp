// table as it is called: files, formats, wrong options.
#include "driver/driver_process.hpp"

#include <nlohmann/json.hpp>

namespace physgrad {
namespace {

class TableVerb : public testing::DriverProcess {
 protected:
  const std::string from_ = std::string("table --from ") + PHYSGRAD_SOURCE_DIR + "/results/reference --problem heat ";
  void expect_one_line(const testing::Outcome& outcome, const std::string& part) const {
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  }
};

TEST_F(TableVerb, AFileHoldsWhatStandardOutputWouldShow) {
  for (const char* format : {"text", "md", "csv", "latex", "json"}) {
    const std::string options = from_ + "--format " + format;
    const testing::Outcome shown = driver(options), written = driver(options + " --out t");
    EXPECT_EQ(written.code, 0) << written.err;
    EXPECT_EQ(written.out, "");
    EXPECT_EQ(testing::file_text(folder_ / "t"), shown.out) << format;
    EXPECT_EQ(driver(options + " --out -").out, shown.out);
    std::filesystem::remove(folder_ / "t");
  }
  EXPECT_EQ(nlohmann::json::parse(driver(from_ + "--format json").out)[0]["group"], "heat");
}

TEST_F(TableVerb, ColoursAreThereWhereTheyAreAskedFor) {
  EXPECT_EQ(driver(from_).out.find('\x1b'), std::string::npos);  // no terminal
  EXPECT_NE(driver(from_ + "--color always").out.find("\x1b[1;32m"), std::string::npos);
  ASSERT_EQ(driver(from_ + "--color always --out t").code, 0);
  EXPECT_NE(testing::file_text(folder_ / "t").find('\x1b'), std::string::npos);
}

TEST_F(TableVerb, KindsHaveTheirOwnOptions) {
  const testing::Outcome budgets = driver(from_ + "--kind budgets --budgets 0.5,1.8 --format csv");
  EXPECT_EQ(budgets.code, 0) << budgets.err;
  EXPECT_NE(budgets.out.find("at 0.5 s"), std::string::npos) << budgets.out;
  EXPECT_EQ(budgets.out.find("at 0.027 s"), std::string::npos) << budgets.out;
  const testing::Outcome families = driver(from_ + "--kind profiles --group family");
  EXPECT_NE(families.out.find("GN and damped: cheapest of 1"), std::string::npos) << families.out;
  EXPECT_EQ(driver(from_ + "--kind profiles --group method").out, driver(from_ + "--kind profiles").out);
  expect_one_line(driver(from_ + "--budgets 1"), "--budgets has no effect on the kind 'summary'");
  expect_one_line(driver(from_ + "--kind budgets --group family"), "--group has no effect");
  expect_one_line(driver(from_ + "--kind budgets --budgets 2,1"), "increasing");
}

TEST_F(TableVerb, WrongOptionsAreOneLine) {
  expect_one_line(driver(from_ + "--out nowhere/t"), "there is no directory 'nowhere'");
  expect_one_line(driver(from_ + "--out ''"), "the output path is empty");
  expect_one_line(driver(from_ + "--out ."), "it is a directory");
  expect_one_line(driver(from_ + "--color allways"), "did you mean 'always'");
  expect_one_line(driver(from_ + "--color never --format md"), "--color takes --format text");
  expect_one_line(driver(from_ + "--format jsn"), "did you mean 'json'");
  expect_one_line(driver("list problems 'x*'"), "no problem fits 'x*'");
}

TEST_F(TableVerb, ListTakesPatterns) {
  EXPECT_TRUE(driver("list problems 'he*'").out.starts_with("Problems\n  heat "));
  EXPECT_EQ(nlohmann::json::parse(driver("list pairs --problem heat --method gn,pg --json").out)["pairs"].size(), 2u);
}

}  // namespace
}  // namespace physgrad
