#include "physgrad/measure/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace physgrad {
namespace {

/// What differs between two environments, gathered.
class Differences {
 public:
  Differences(const Environment& then, const Environment& now) : then_(then), now_(now) {}
  Differences& of(const char* name, std::string Environment::*text) {
    if (then_.*text != now_.*text) said.push_back(fmt::format("{} '{}', now '{}'", name, then_.*text, now_.*text));
    return *this;
  }
  Differences& of(const char* name, int Environment::*number) {
    if (then_.*number != now_.*number) said.push_back(fmt::format("{} {}, now {}", name, then_.*number, now_.*number));
    return *this;
  }
  std::vector<std::string> said;

 private:
  const Environment& then_;
  const Environment& now_;
};

/// What a kernel keeps for itself differs a little from start to start.
bool same_memory(double a, double b) { return std::abs(a - b) <= 0.02 * std::max(a, b); }

}  // namespace

std::vector<std::string> machine_differences(const Environment& then, const Environment& now) {
  Differences found(then, now);
  found.of("cpu", &Environment::cpu)
      .of("cores", &Environment::cores)
      .of("caches", &Environment::caches)
      .of("threads", &Environment::threads)
      .of("simd", &Environment::simd)
      .of("blas", &Environment::blas)
      .of("blas core", &Environment::blas_core)
      .of("os", &Environment::os);
  if (!same_memory(then.memory_bytes, now.memory_bytes))
    found.said.push_back(
        fmt::format("memory {:.1f} GB, now {:.1f} GB", then.memory_bytes / 1e9, now.memory_bytes / 1e9));
  return found.said;
}

std::vector<std::string> build_differences(const Environment& then, const Environment& now) {
  Differences found(then, now);
  found.of("compiler", &Environment::compiler)
      .of("flags", &Environment::flags)
      .of("build type", &Environment::build_type)
      .of("eigen", &Environment::eigen);
  return found.said;
}

}  // namespace physgrad
