#pragma once
// For whom which method is right: the questions, counted over the problems of those who ask them.
#include <vector>

#include "physgrad/tables/questions.hpp"
#include "physgrad/tables/table.hpp"

namespace physgrad {

/// `answers` of each group, in order.
[[nodiscard]] Table reader_table(const std::vector<std::vector<Answer>>& answers);

}  // namespace physgrad
