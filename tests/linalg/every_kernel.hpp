#pragma once
// What tests of kernels share.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "physgrad/linalg/kernel_table.hpp"
#include "physgrad/linalg/kernels/structured.hpp"
#include "physgrad/linalg/partial_inverse.hpp"
#include "physgrad/linalg/tridiagonal.hpp"

namespace physgrad::testing {

/// Names of all kernels, and `auto`.
inline std::vector<std::string> all_kernels() {
  std::vector<std::string> names = partial_inverse_kernels();
  names.emplace_back("auto");
  return names;
}

/// As GoogleTest can name a test.
inline std::string kernel_test_name(const ::testing::TestParamInfo<std::string>& tested) {
  std::string name = tested.param;
  for (char& letter : name) letter = letter == '-' ? '_' : letter;
  return name;
}

/// Sizes with which small matrices take two stages.
inline constexpr kernels::ReductionSizes kSmallTwoStage{.two_stage_from = 1, .band = 8, .width = 16};

inline Matrix dense(const Tridiagonal& t) {
  Matrix result = t.diagonal.asDiagonal();
  result.diagonal(1) = t.subdiagonal;
  result.diagonal(-1) = t.subdiagonal;
  return result;
}

}  // namespace physgrad::testing
