#pragma once
// Figures through gnuplot, an external program that is looked for when it is needed.
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "physgrad/tables/figure.hpp"

namespace physgrad {

/// There is no gnuplot, or it failed; says which package has it, or what it said. Exit code 1.
class GnuplotError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class PictureFormat { svg, png, pdf };

/// Whether gnuplot can be started.
[[nodiscard]] bool has_gnuplot();

/// The script that draws a figure, its data inline, into the file `out`; runs alone with `gnuplot FILE`.
[[nodiscard]] std::string gnuplot_script(const Figure& figure, PictureFormat format, const std::string& out);

/// Each figure as the content of a file of that format, in one call of gnuplot. Throws GnuplotError.
[[nodiscard]] std::vector<std::string> draw(const std::vector<Figure>& figures, PictureFormat format);

/// As draw() gives SVG, for a page: colours are the page's CSS variables (--ink, --grid, --series-NAME of families), no
/// XML declaration, a title and a description inside, ids that no other picture of the page has.
[[nodiscard]] std::vector<std::string> draw_for_page(const std::vector<Figure>& figures);

}  // namespace physgrad
