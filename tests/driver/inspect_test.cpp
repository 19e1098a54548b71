// `inspect` as a process: keys, shapes, and the relations between the numbers that hold whatever the problem.
#include <cmath>
#include <map>

#include "built_in.hpp"
#include "driver/driver_process.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/files/json.hpp"

namespace physgrad {
namespace {

class Inspect : public testing::DriverProcess {
 protected:
  [[nodiscard]] Json inspect(const std::string& arguments) const {
    const testing::Outcome outcome = driver("inspect " + arguments + " --out step.json");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return parse_json(testing::file_text(folder_ / "step.json"), "step.json");
  }
};

double dot(const Json& a, const Json& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i].get<double>() * b[i].get<double>();
  return sum;
}

TEST_F(Inspect, QuadraticByHand) {
  const Json json = inspect("--problem quadratic --method hig --set tau=0 --jacobian");
  EXPECT_EQ(json["control"], Json::parse("[[3.0, 3.0]]"));
  EXPECT_EQ(json["state"], Json::parse("[[3.0, 9.0]]"));
  EXPECT_EQ(json["loss"], 90.0);
  EXPECT_EQ(json["loss_gradient"], Json::parse("[[6.0, 18.0]]"));
  EXPECT_EQ(json["gradient"], Json::parse("[6.0, 108.0]"));
  EXPECT_EQ(json["jacobian"], Json::parse("[[1.0, 0.0], [0.0, 6.0]]"));
  EXPECT_EQ(json["control_jacobian"], Json::parse("[[[1.0, 0.0], [0.0, 6.0]]]"));
  EXPECT_EQ(json["inverse_control"], Json::parse("[[0.0, 0.0]]"));
  EXPECT_EQ(json["kept_rank"], 2);
  // -rate V S^{-1/2} U^T g with rate 0.1
  EXPECT_NEAR(json["update"][0].get<double>(), -0.6, 1e-12);
  EXPECT_NEAR(json["update"][1].get<double>(), -1.8 / std::sqrt(6.0), 1e-12);
}

TEST_F(Inspect, ShapesAndRelationsOnANetwork) {
  const Json json = inspect("--problem coupled-oscillators --method hig --seed 3 --batch 4 --jacobian");
  const std::size_t n = json["network"]["theta"].size(), samples = 4, dy = 4, dx = 24;
  ASSERT_EQ(json["batch"]["input"].size(), samples);
  ASSERT_EQ(json["batch"]["target"][0].size(), dy);
  ASSERT_EQ(json["control"].size(), samples);
  ASSERT_EQ(json["control"][0].size(), dx);
  ASSERT_EQ(json["state"][0].size(), dy);
  ASSERT_EQ(json["jacobian"].size(), samples * dy);
  ASSERT_EQ(json["jacobian"][0].size(), n);
  ASSERT_EQ(json["control_jacobian"].size(), samples);
  ASSERT_EQ(json["control_jacobian"][0].size(), dy);
  ASSERT_EQ(json["control_jacobian"][0][0].size(), dx);
  ASSERT_EQ(json["singular_values"].size(), samples * dy);
  ASSERT_EQ(json["update"].size(), n);
  EXPECT_EQ(json["settings"]["batch"], 4);
  // gradient = J^T g, with the rows of J sample-major
  for (std::size_t column = 0; column < n; column += 97) {
    double sum = 0;
    for (std::size_t row = 0; row < samples * dy; ++row)
      sum += json["jacobian"][row][column].get<double>() * json["loss_gradient"][row / dy][row % dy].get<double>();
    EXPECT_NEAR(sum, json["gradient"][column].get<double>(), 1e-12) << column;
  }
  // The update is a descent direction, and the singular values carry the Jacobian's Frobenius norm.
  EXPECT_LT(dot(json["update"], json["gradient"]), 0);
  double frobenius = 0;
  for (const Json& row : json["jacobian"]) frobenius += dot(row, row);
  EXPECT_NEAR(dot(json["singular_values"], json["singular_values"]) / frobenius, 1, 1e-9);
}

TEST_F(Inspect, OneSeedOneBatchWhateverTheMethod) {
  const Json pg = inspect("--problem coupled-oscillators --method pg --seed 5");
  const Json hig = inspect("--problem coupled-oscillators --method hig --seed 5 --set kernel=structured");
  for (const char* key : {"network", "batch", "control", "state", "loss", "gradient", "inverse_control"})
    EXPECT_EQ(pg[key], hig[key]) << key;
  EXPECT_EQ(pg["batch"]["target"].size(), 8u);
  EXPECT_EQ(pg["physics_step"].size(), 8u);
  EXPECT_FALSE(pg.contains("kept_rank"));
  EXPECT_FALSE(pg.contains("jacobian"));
  // A kernel without singular values leaves them to the reference kernel.
  EXPECT_EQ(hig["singular_values"].size(), 32u);
  EXPECT_NE(inspect("--problem coupled-oscillators --method pg --seed 6")["batch"], pg["batch"]);
}

// Smaller versions of what would take seconds, minutes under sanitizers.
const std::map<std::string, std::string> kSmaller = {
    {"poisson", " --set points=3 --set widths=9-10-9 --set samples=8 --set test_samples=2"},
    {"quantum-dipole", " --set steps=12 --set samples=8 --set test_samples=2"},
    {"nonlinear-oscillators", " --set steps=12 --set samples=8 --set test_samples=2"},
    {"burgers", " --set points=8 --set steps=8 --set samples=8 --set test_samples=2"},
    {"burgers-reconstruction", " --set points=32"},
    {"coupled-oscillators", " --set samples=8 --set test_samples=2"},
    {"exponential", " --set samples=8 --set test_samples=2"},
    {"scaled-fit", " --set samples=8 --set test_samples=2"},
    {"sine-map", " --set samples=8 --set test_samples=2"},
    {"two-body", " --set samples=8 --set test_samples=2"},
    {"heat", " --set points=16 --set samples=8 --set test_samples=2"}};

TEST_F(Inspect, EveryPairOfTheCatalogue) {
  for (const std::string& problem : built_in().problem_names())
    for (const std::string& method : built_in().method_names()) {
      const auto smaller = kSmaller.find(problem);
      const bool possible = skip_reason(built_in(), problem, method).empty();
      const testing::Outcome outcome =
          driver("inspect --batch 2 --problem " + problem + " --method " + method + " --out step.json" +
                 (smaller == kSmaller.end() ? std::string{} : smaller->second));
      EXPECT_EQ(outcome.code, possible ? 0 : 2) << problem << " " << method << ": " << outcome.err;
      if (!possible) continue;
      const Json json = parse_json(testing::file_text(folder_ / "step.json"), "step.json");
      EXPECT_EQ(json["update"].size(), json["network"]["theta"].size()) << problem << " " << method;
    }
}

}  // namespace
}  // namespace physgrad
