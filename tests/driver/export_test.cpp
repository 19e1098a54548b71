// `export` as a process.
#include <algorithm>

#include "driver/driver_process.hpp"

namespace physgrad {
namespace {

using testing::Outcome;

class Export : public testing::DriverProcess {
 protected:
  const std::string from_ = std::string("--from '") + PHYSGRAD_SOURCE_DIR + "/results/reference' ";
};

TEST_F(Export, ToStandardOutputAndToAFileAreTheSame) {
  const Outcome out = driver("export --what curves --problem 'he*' --seed 0-1 " + from_);
  ASSERT_EQ(out.code, 0) << out.err;
  EXPECT_GT(std::ranges::count(out.out, '\n'), 100);
  ASSERT_EQ(driver("export --what curves --problem 'he*' --seed 0-1 --out curves.csv " + from_).code, 0);
  EXPECT_EQ(testing::file_text(folder_ / "curves.csv"), out.out);
  EXPECT_EQ(out.out.find(",burgers,"), std::string::npos);
  EXPECT_TRUE(driver("export " + from_).out.starts_with("report,problem,method"));  // cells
}

TEST_F(Export, RefusesWhatItDoesNotKnow) {
  const auto expect = [&](const std::string& arguments, const std::string& part) {
    const Outcome outcome = driver("export " + arguments);
    EXPECT_EQ(outcome.code, 2) << outcome.out;
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  };
  expect("", "--from is required");
  expect(from_ + "--what curve", "did you mean 'curves'?");
  expect(from_ + "--format json", "did you mean 'jsonl'?");
  expect(from_ + "--format md", "for --what dictionary");
  expect(from_ + "--what dictionary", "leave --from out");
  expect("--what dictionary --seed 1", "no cell has such a seed");
  expect(from_ + "--problem x*", "x*");
  expect(from_ + "--out no/such/file.csv", "no/such");
}

}  // namespace
}  // namespace physgrad
