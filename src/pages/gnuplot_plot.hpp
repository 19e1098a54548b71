#pragma once
// What a figure shows within its axes, as blocks of data and what is plotted of them.
#include <string>

#include "physgrad/tables/figure.hpp"

namespace physgrad {

/// Blocks of data, then the command that plots them all, with the entries of a legend.
[[nodiscard]] std::string plot_text(const Figure& figure);

}  // namespace physgrad
