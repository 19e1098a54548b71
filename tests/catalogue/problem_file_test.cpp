// What a problem's .json says of its network, and what a pair lacks.
#include "physgrad/catalogue/problem_file.hpp"

#include <gtest/gtest.h>

#include "built_in.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/files/files.hpp"

namespace physgrad::testing {
namespace {

ProblemFile with_network(const std::string& network) {
  return parse_problem_file("some", R"({"network": {)" + network + R"("widths": [2, 8, 8, 2], "activation": "tanh"}})");
}

TEST(ProblemFile, ANetworkIsDenseUnlessItSaysItsKind) {
  EXPECT_EQ(with_network("").network, "dense");
  EXPECT_EQ(with_network(R"("kind": "residual", )").network, "residual");
  try {
    (void)with_network(R"("kind": "residul", )");
    FAIL();
  } catch (const ReadError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("problems/some.json"), std::string::npos) << text;
    EXPECT_NE(text.find("did you mean 'residual'"), std::string::npos) << text;
  }
}

TEST(SkipReason, NamesWhatTheProblemLacks) {
  ProblemFacts problem = problem_facts(built_in(), "heat");
  EXPECT_TRUE(problem.has_newton_step);
  for (const std::string& method : built_in().method_names())
    EXPECT_EQ(skip_reason(problem, method_facts(built_in(), method)), "") << method;
  problem.has_curvature = false;
  EXPECT_NE(skip_reason(problem, method_facts(built_in(), "hessian-free")).find("curvature of the loss"),
            std::string::npos);
  problem.has_newton_step = false;
  for (const char* method : {"pg", "pg-gn", "lm", "spring"})
    EXPECT_NE(skip_reason(problem, method_facts(built_in(), method)).find("Newton step of the loss"), std::string::npos)
        << method;
  for (const char* method : {"dp-adam", "hig", "pg-newton"})
    EXPECT_EQ(skip_reason(problem, method_facts(built_in(), method)), "") << method;
}

}  // namespace
}  // namespace physgrad::testing
