// Weights as text and back.
#include "physgrad/record/weights.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <limits>

#include "physgrad/files/json.hpp"
#include "record/sample_records.hpp"

namespace physgrad::testing {
namespace {

Weights some_weights() {
  const CellRecord cell = sample_cell("hig", 3, 0.1);
  return {cell,
          "00ff00ff00ff00ff",
          17,
          {{"widths", std::vector<double>{1, 2}}, {"activation", std::string("tanh")}},
          {0.1, -0.0, 1.0 / 3, 5e-324, 1.7976931348623157e308, -2.0}};
}

TEST(Weights, AreTheSameBitForBitWhenTheyAreReadAgain) {
  const Weights weights = some_weights();
  const std::string line = weights_line(weights);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_TRUE(is_weights_line(line));
  const Weights read = parse_weights(line, "file");
  ASSERT_EQ(read.theta.size(), weights.theta.size());
  for (std::size_t i = 0; i < read.theta.size(); ++i)
    EXPECT_EQ(std::bit_cast<std::uint64_t>(read.theta[i]), std::bit_cast<std::uint64_t>(weights.theta[i])) << i;
  EXPECT_EQ(read.cell.key, weights.cell.key);
  EXPECT_EQ(read.cell.used, weights.cell.used);
  EXPECT_EQ(read.network, weights.network);
  EXPECT_EQ(read.step, 17);
  EXPECT_EQ(weights_line(read), line);
}

TEST(Weights, OfSomethingElseAreRefused) {
  const auto expect_refused = [](const std::string& text, const std::string& part) {
    try {
      (void)parse_weights(text, "file");
      ADD_FAILURE() << text;
    } catch (const ReadError& error) {
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  };
  expect_refused("{}", "file: holds no weights; expected a file of a run's weights/");
  expect_refused("[1]", "holds no weights");
  expect_refused(R"({"type":"run"})", "holds no weights");
  Json json = Json::parse(weights_line(some_weights()));
  json["theta"][2] = nullptr;
  expect_refused(json.dump(), "theta[2]: expected a number, found null");
  json["theta"][2] = "x";
  expect_refused(json.dump(), "theta");
  json["schema_version"] = 2;
  expect_refused(json.dump(), "newer program");
}

TEST(Weights, HaveTheNameOfTheCellsFile) {
  EXPECT_EQ(weights_file_name({"heat", "gn", 2}), "heat__gn__s2.json");
  const std::string swept = weights_file_name({"heat", "gn", 2, "points=8", ""});
  EXPECT_TRUE(swept.ends_with("__s2.json")) << swept;
  EXPECT_EQ(weights_path("r/report.json", {"heat", "gn", 2}), "r/weights/heat__gn__s2.json");
  EXPECT_NE(not_its_weights("nowhere", {"heat", "gn", 2}, ""), "");
}

}  // namespace
}  // namespace physgrad::testing
