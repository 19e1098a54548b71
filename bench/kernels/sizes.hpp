#pragma once
// The five sizes that kernels and whole steps are compared at: published set-ups, by rows x columns of their Jacobian.
#include <array>

#include "physgrad/core/types.hpp"

namespace physgrad::kernels_bench {

struct NamedSize {
  const char* name;
  const char* problem;
  Index batch;
  bool large;  ///< minutes and gigabytes for the kernels that form J
};

inline constexpr std::array<NamedSize, 5> kSizes{{
    {"e", "scaled-fit", 32, false},              // 64 x 30
    {"b", "coupled-oscillators", 32, false},     // 128 x 1444
    {"d", "quantum-dipole", 16, false},          // 448 x 9484
    {"a", "nonlinear-oscillators", 128, false},  // 512 x 2956
    {"c", "poisson", 64, true},                  // 4096 x 24896
}};

/// One more for whole steps: small enough for explicit Jacobians, large enough that their decomposition is all the
/// time.
inline constexpr NamedSize kStepSize{"p", "poisson", 16, false};  // 1024 x 24896

/// And one more for steps on several threads.
inline constexpr NamedSize kThreadSize{"q", "poisson", 32, false};  // 2048 x 24896

}  // namespace physgrad::kernels_bench
