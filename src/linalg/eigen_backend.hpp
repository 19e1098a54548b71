#pragma once
// Internal to linalg: Eigen, which is always there.
#include "physgrad/linalg/backend.hpp"

namespace physgrad {

[[nodiscard]] const Backend& eigen_backend();

}  // namespace physgrad
