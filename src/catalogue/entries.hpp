#pragma once
// The generated list of files in problems/ and src/methods/.
#include <vector>

#include "physgrad/core/problem.hpp"
#include "physgrad/update/method.hpp"

namespace physgrad {

struct ProblemEntry {
  const char* name;
  ProblemDefinition (*definition)();
  const char* json;  ///< the text of problems/NAME.json
};

struct MethodEntry {
  const char* name;
  MethodDefinition (*definition)();
};

[[nodiscard]] const std::vector<ProblemEntry>& problem_entries();
[[nodiscard]] const std::vector<MethodEntry>& method_entries();

}  // namespace physgrad
