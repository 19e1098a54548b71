// The published Burgers reconstruction, and what happens to a target file that is not one.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "built_in.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/update/evaluation.hpp"

namespace physgrad::testing {
namespace {

const std::string name = "burgers-reconstruction";

ResolvedPair with_target(const std::string& file) {
  return resolve_pair(built_in(), name, "dp-sgd", {{name, "", "target_file", file}, {name, "dp-sgd", "rate", 5.0}});
}

std::filesystem::path published_target() {
  const char* directory = std::getenv("PHYSGRAD_REFERENCE_DIR");
  const std::filesystem::path where = directory != nullptr ? directory : PHYSGRAD_SOURCE_DIR "/../shared/reference";
  return where / "burgers-target.json";
}

TEST(BurgersReconstruction, GradientDescentHasThePublishedLosses) {
  const std::filesystem::path file = published_target();
  if (!std::filesystem::exists(file))
    GTEST_SKIP() << "no " << file << "; set PHYSGRAD_REFERENCE_DIR to the folder with burgers-target.json";
  ResolvedPair pair = with_target(file.string());
  Rng rng(0, "data");
  const Batch batch = pair.problem.sample(rng, 1);
  Vector theta = pair.problem.start;
  Meter meter;
  for (const double published : {0.382915, 0.326882, 0.281032, 0.242804, 0.210666, 0.183476}) {
    Evaluation at(pair.problem, theta, batch, meter, true);
    EXPECT_NEAR(at.loss(), published, 5e-7);
    StepReport report;
    Vector update;
    pair.method->update(at, {}, update, report);
    theta += update;
  }
}

TEST(BurgersReconstruction, WithoutATargetFileTheAnswerIsKnown) {
  const Problem problem = resolve_pair(built_in(), name, "dp-sgd", {}).problem;
  Rng rng(0, "data");
  const Batch batch = problem.sample(rng, 2);
  EXPECT_LT(problem.loss->value(problem.simulator->run(batch.reference, batch.context), batch.target), 1e-30);
  EXPECT_EQ(problem.x_error(batch, batch.reference).norm(), 0.0);
}

// What the user is told about a target file with this content.
std::string complaint(const std::string& content) {
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  const std::string file = ::testing::TempDir() + "physgrad-" + test->name() + ".json";
  std::ofstream(file) << content;
  std::string message = "accepted";
  try {
    (void)with_target(file);
  } catch (const UsageError& error) {
    message = error.what();
    EXPECT_NE(message.find(file), std::string::npos) << message;
    EXPECT_NE(message.find("expected JSON {\"values\": [128 numbers]}"), std::string::npos) << message;
  }
  std::filesystem::remove(file);
  return message;
}

void expect_part(const std::string& message, const std::string& part) {
  EXPECT_NE(message.find(part), std::string::npos) << message;
}

TEST(BurgersReconstructionTarget, AMissingFileAndADirectoryAreNamed) {
  for (const std::string file : {"no/such/target.json", "."}) try {
      (void)with_target(file);
      FAIL() << "accepted";
    } catch (const UsageError& error) {
      expect_part(error.what(), "cannot read target_file '" + file + "'");
    }
}

TEST(BurgersReconstructionTarget, MalformedContentIsExplained) {
  expect_part(complaint("{\"values\": [1, 2"), "no valid JSON");
  expect_part(complaint(""), "no valid JSON");
  expect_part(complaint("[1, 2, 3]"), "no array 'values'");
  expect_part(complaint("{\"value\": []}"), "no array 'values'");
  expect_part(complaint("{\"values\": 3}"), "no array 'values'");
}

TEST(BurgersReconstructionTarget, WrongLengthIsExplained) {
  expect_part(complaint("{\"values\": [1, 2, 3]}"), "got 3 values (the setting `points` must match)");
}

TEST(BurgersReconstructionTarget, WhatIsNoNumberIsExplained) {
  std::string content = "{\"values\": [0";
  for (int i = 1; i < 128; ++i) content += i == 7 ? ", \"seven\"" : ", 0";
  expect_part(complaint(content + "]}"), "got string at index 7");
}

}  // namespace
}  // namespace physgrad::testing
