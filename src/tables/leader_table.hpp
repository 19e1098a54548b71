#pragma once
// Who is first at each question, how far ahead of the next one, and against whom seeds decide that.
#include <vector>

#include "physgrad/tables/questions.hpp"
#include "physgrad/tables/table.hpp"

namespace physgrad {

/// `answers` are those of the groups, in order.
[[nodiscard]] Table leader_table(const std::vector<ProblemGroup>& groups,
                                 const std::vector<std::vector<Answer>>& answers);

}  // namespace physgrad
