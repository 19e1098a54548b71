#pragma once
// Which measurements of time may stand beside one another: those of one machine and one build.
#include <string>
#include <vector>

#include "physgrad/measure/environment.hpp"

namespace physgrad {

/// How `now` differs from `then`, as "cpu 'A', now 'B'"; empty for the same. Of a machine: processor, cores, memory,
/// instruction set, BLAS library and its kernels, system; load and clock change from minute to minute and do not count.
[[nodiscard]] std::vector<std::string> machine_differences(const Environment& then, const Environment& now);
/// The same of what a build is beside its source: compiler, flags, build type, Eigen.
[[nodiscard]] std::vector<std::string> build_differences(const Environment& then, const Environment& now);

[[nodiscard]] inline bool same_machine(const Environment& a, const Environment& b) {
  return machine_differences(a, b).empty();
}

}  // namespace physgrad
