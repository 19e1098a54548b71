#pragma once
// A picture of gnuplot's as part of a page.
#include <string>

#include "physgrad/tables/figure.hpp"

namespace physgrad {

/// `svg` as draw_for_page() gives it: without declaration, size and background, titled and described, its ids begin
/// with the figure's name, and its colours are variables of the page with what gnuplot drew to fall back on.
[[nodiscard]] std::string page_picture(const Figure& figure, const std::string& svg);

/// Declarations of all variables that pictures use, "--ink:#222222;--series-dp:#0072b2;...": for a light page, or a
/// dark one.
[[nodiscard]] std::string picture_variables(bool dark);

}  // namespace physgrad
