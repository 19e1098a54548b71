#pragma once
// The generated lists of files in problems/, src/methods/ and src/toolbox/.
#include <vector>

#include "physgrad/core/problem.hpp"
#include "physgrad/update/method.hpp"
#include "physgrad/update/part.hpp"

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

struct PartEntry {
  Place place;
  const char* word;
  PartDefinition (*definition)();
};

[[nodiscard]] const std::vector<ProblemEntry>& problem_entries();
[[nodiscard]] const std::vector<MethodEntry>& method_entries();
[[nodiscard]] const std::vector<PartEntry>& part_entries();

}  // namespace physgrad
