#pragma once
// Performance profiles (Dolan and More 2002, Mathematical Programming 91, 201): rho(tau) is the share of instances on
// which a method needs at most tau times what the best method there needs.
#include <string>
#include <vector>

#include "physgrad/tables/instances.hpp"

namespace physgrad {

/// Ratios to the best of each method (rows) on each instance, of medians over seeds; infinite where it missed, has no
/// cells, or every method missed.
[[nodiscard]] std::vector<std::vector<double>> performance_ratios(const std::vector<Instance>& instances,
                                                                  const std::vector<std::string>& methods,
                                                                  Abscissa abscissa);
/// rho(tau) of one method's ratios; NaN where there are none.
[[nodiscard]] double share_within(const std::vector<double>& ratios, double tau);

}  // namespace physgrad
