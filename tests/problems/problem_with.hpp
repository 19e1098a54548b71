#pragma once
#include <gtest/gtest.h>

#include <string>

#include "built_in.hpp"
#include "physgrad/core/problem.hpp"

namespace physgrad::testing {

/// A problem's physics at its own defaults with `changes`, without the network that the catalogue fits to it.
inline Problem problem_with(const std::string& name, const SettingMap& changes = {}) {
  const ProblemDefinition definition = built_in().problem(name).definition();
  Settings settings(definition.settings);
  for (const auto& [key, value] : changes) settings.set(key, value);
  return definition.build(settings);
}

/// The largest |a - b|; NaN where either has one, so that no comparison passes.
inline double distance(const Matrix& a, const Matrix& b) { return (a - b).cwiseAbs().maxCoeff<Eigen::PropagateNaN>(); }

}  // namespace physgrad::testing
