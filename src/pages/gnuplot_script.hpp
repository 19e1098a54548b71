#pragma once
// A figure in gnuplot's language.
#include <string>

#include "physgrad/pages/figure_frame.hpp"
#include "physgrad/pages/gnuplot.hpp"

namespace physgrad {

/// Colours of all that is no series; no two are equal, nor equal to a look's.
inline constexpr const char* kInk = "#222222";
inline constexpr const char* kMuted = "#666667";
inline constexpr const char* kGrid = "#dadada";
inline constexpr const char* kPaper = "#ffffff";
inline constexpr const char* kRest = "#bbbbbb";  ///< of the lines that are too many to be told apart

/// Gnuplot's number of a series' symbol.
[[nodiscard]] int gnuplot_symbol(const SeriesLook& look, bool open);

/// As gnuplot_script(); where `titled` is false it is for a page: without the title, which that shows itself, and
/// smaller.
[[nodiscard]] std::string figure_script(const Figure& figure, PictureFormat format, const std::string& out,
                                        bool titled);

}  // namespace physgrad
