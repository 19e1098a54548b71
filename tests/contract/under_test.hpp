#pragma once
#include <string>
#include <vector>

#include "physgrad/catalogue/catalogue.hpp"

namespace physgrad::testing {

/// What the contracts run over: these entries, among all of the catalogue.
struct UnderTest {
  Catalogue catalogue;
  std::vector<std::string> problems, methods;
  std::vector<Part> parts;
};

/// Every program of contract tests defines it.
[[nodiscard]] const UnderTest& under_test();

}  // namespace physgrad::testing
