#pragma once
// Is B so much worse than A that somebody has to be told? The rules, with reasons: docs/regression.md.
#include <string>
#include <vector>

#include "physgrad/tables/comparison.hpp"

namespace physgrad {

/// What B may be, in terms of A, before it is too slow or too bad.
struct Bound {
  std::string option;  ///< "--fail-if-slower"
  std::string text;    ///< as given: "10%"
  double factor = 1;   ///< at least 1
};

/// "10%" is 1.1 times and so is "1.1x". Throws UsageError for all else: a number alone could be either, and less than
/// 0% or 1x would ask for an improvement.
[[nodiscard]] Bound parse_bound(const std::string& option, const std::string& text);

struct Judgement {
  std::vector<std::string> broken;   ///< one line each
  std::vector<std::string> remarks;  ///< what could not be judged, and why
  bool judged = false;               ///< whether anything could be
};

/// By mean steps, times to targets and times of benchmarks.
[[nodiscard]] Judgement judge_slower(const ComparedVersions& versions, const Bound& bound);
/// By losses after training, and by what succeeded in A and did not in B.
[[nodiscard]] Judgement judge_worse(const ComparedVersions& versions, const Bound& bound);

}  // namespace physgrad
