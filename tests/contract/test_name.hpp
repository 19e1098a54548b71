#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace physgrad::testing {

/// A catalogue name as a test's name: letters, digits and '_' only.
inline std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace(name, '-', '_');
  return name;
}

}  // namespace physgrad::testing
