#pragma once
// What tests of kernels share.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "physgrad/linalg/kernel_table.hpp"
#include "physgrad/linalg/kernels/structured.hpp"
#include "physgrad/linalg/partial_inverse.hpp"
#include "physgrad/linalg/symmetric_band.hpp"

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

/// With this small matrices are reduced to a band.
inline constexpr Index kAlways = 1;

inline Matrix dense(const SymmetricBand& b) {
  const Index n = b.order();
  Matrix result = Matrix::Zero(n, n);
  for (Index j = 0; j < n; ++j)
    for (Index d = 0; d <= b.width() && j + d < n; ++d) result(j, j + d) = result(j + d, j) = b.entries(d, j);
  return result;
}

}  // namespace physgrad::testing
