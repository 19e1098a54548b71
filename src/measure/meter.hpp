#pragma once
#include "physgrad/core/costs.hpp"
#include "physgrad/measure/clock.hpp"

namespace physgrad {

/// What a training measures of itself: seconds by phase and what memory is for (the clock), and counts. Whoever trains
/// owns it; evaluations bill to it.
struct Meter {
  PhaseClock clock;
  Costs costs;
};

}  // namespace physgrad
