#include "physgrad/pages/gnuplot_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "physgrad/pages/end_labels.hpp"
#include "physgrad/pages/figure_frame.hpp"
#include "physgrad/pages/gnuplot_plot.hpp"
#include "physgrad/pages/gnuplot_text.hpp"

namespace physgrad {
namespace {

/// Without legends below. A page's are narrower, so that their letters, of equal size, are read at a phone's width too.
struct Canvas {
  int width, height;
};
constexpr Canvas kAlone = {720, 420}, kOnPage = {540, 360};
constexpr int kBarHeight = 30, kIntervalHeight = 20;  ///< of a category
constexpr int kBarLegendColumns = 4;
constexpr std::size_t kLongLabel = 26;  ///< from which on the legend goes below
constexpr std::size_t kLongName = 32;   ///< of a category, from which on letters are smaller
constexpr int kFilled[kSymbols] = {7, 5, 9, 13, 11, 15}, kOpen[kSymbols] = {6, 4, 8, 12, 10, 14};

std::string terminal(PictureFormat format, int width, int height) {
  if (format == PictureFormat::svg)
    return fmt::format("svg size {},{} fixed noenhanced font 'sans-serif,12' background rgb '{}'", width, height,
                       kPaper);
  if (format == PictureFormat::png)
    return fmt::format(
        "pngcairo size {},{} noenhanced font 'sans,12' fontscale 2 linewidth 2 pointscale 2 background rgb '{}'",
        2 * width, 2 * height, kPaper);
  return fmt::format("pdfcairo size {:.2f}in,{:.2f}in noenhanced font 'sans,9' background rgb '{}'", width / 96.0,
                     height / 96.0, kPaper);
}

std::string log_axis(char axis, const Range& range) {
  std::string ticks;
  for (const Tick& tick : log_ticks(range))
    ticks += fmt::format("{}{} {:.6g}", ticks.empty() ? "" : ", ", tick_text(tick.label), tick.at);
  return fmt::format("set logscale {0}\nset {0}tics ({1})\n", axis, ticks);
}

std::string axis_lines(char axis, const Axis& description, const Range& range) {
  std::string text = fmt::format("set {}range [{:.6g}:{:.6g}]\nset {}label {} tc rgb '{}'\n", axis, range.low,
                                 range.high, axis, gnuplot_text(description.label), kInk);
  if (description.log) text += log_axis(axis, range);
  return text;
}

/// Bars lie: what is at a y stands upright there.
std::string guide_lines(const Figure& figure) {
  const bool lying = has_bars(figure);
  std::string text;
  for (const Guide& guide : figure.guides) {
    if (!std::isfinite(guide.at) || (guide.at <= 0 && (guide.vertical ? figure.x : figure.y).log)) continue;
    const bool upright = guide.vertical != lying;
    const std::string at = fmt::format("{:.6g}", guide.at);
    text += upright ? fmt::format("set arrow from first {0}, graph 0 to first {0}, graph 1", at)
                    : fmt::format("set arrow from graph 0, first {0} to graph 1, first {0}", at);
    text += fmt::format(" nohead back dt (2,4) lc rgb '{}'\n", kMuted);
    if (guide.label.empty()) continue;
    const std::string where = upright ? fmt::format("first {}, graph 0.97 right offset -0.5,0", at)
                                      : fmt::format("graph 0.01, first {} offset 0,0.4", at);
    text += fmt::format("set label {} at {} font ',10' tc rgb '{}'\n", gnuplot_text(guide.label), where, kMuted);
  }
  return text;
}

std::string bar_axes(const Figure& figure) {
  std::string names;
  std::size_t longest = 0;
  for (const std::string& name : figure.categories) longest = std::max(longest, name.size());
  for (std::size_t i = 0; i < figure.categories.size(); ++i)
    names += fmt::format("{}{} {}", i == 0 ? "" : ", ", tick_text(figure.categories[i]), i);
  return axis_lines('x', figure.y, y_range(figure)) +
         fmt::format(
             "set yrange [{}.5:-0.5]\nset ytics scale 0 font ',{}' ({})\nset grid xtics noytics back lc rgb '{}' lw 1 "
             "dt solid\n",
             static_cast<int>(figure.categories.size()) - 1, longest > kLongName ? 9 : 12, names, kGrid) +
         guide_lines(figure);
}

std::string line_axes(const Figure& figure) {
  return axis_lines('x', figure.x, x_range(figure)) + axis_lines('y', figure.y, y_range(figure)) +
         fmt::format("set grid xtics ytics back lc rgb '{}' lw 1 dt solid\n", kGrid) +
         (figure.plane ? "set size ratio -1\n" : "") + guide_lines(figure);
}

/// Beside the picture, or below it where there is no room; with what that needs in height.
struct Legend {
  std::string line;
  int height = 0;
};

/// Names at the right ends of lines, each with its line's symbol, and a thin line to where it is about.
Legend direct_legend(const Figure& figure, const std::vector<EndLabel>& labels) {
  const std::vector<SeriesLook> looks = series_looks(figure);
  std::string text = "unset key\n";
  std::size_t longest = 0;
  for (const EndLabel& label : labels) {
    const Series& series = figure.series[label.series];
    const SeriesLook& look = looks[label.series];
    longest = std::max(longest, series.label.size());
    text += fmt::format(
        "set arrow from first {:.6g}, first {:.6g} to graph 1.015, graph {:.4f} nohead front lw 0.5 lc rgb '{}'\n",
        label.x, label.y, label.at, look.look.colour);
    text += fmt::format(
        "set label {} at graph 1.025, graph {:.4f} left front offset 0.7,-0.15 point pt {} ps 0.7 lc rgb '{}' tc rgb "
        "'{}'\n",
        gnuplot_text(series.label), label.at, gnuplot_symbol(look, series.open), look.look.colour, kInk);
  }
  return {text + fmt::format("set rmargin {}", longest + 5)};
}

/// Without the legend.
int height_of_bars(const Figure& figure) {
  const bool intervals =
      std::ranges::any_of(figure.series, [](const Series& series) { return series.drawing == Drawing::interval; });
  return 105 + (intervals ? kIntervalHeight : kBarHeight) * static_cast<int>(figure.categories.size());
}

Legend legend_of(const Figure& figure, const Canvas& canvas) {
  if (const std::vector<EndLabel> labels = end_labels(figure); !labels.empty()) {
    const auto named = [&](const EndLabel& label) { return figure.series[label.series].label.size() <= kLongLabel; };
    if (std::ranges::all_of(labels, named)) return direct_legend(figure, labels);
  }
  std::size_t longest = 0;
  std::set<std::string> labels;
  for (const Series& series : figure.series) {
    longest = std::max(longest, series.label.size());
    labels.insert(series.label);
  }
  const std::string looks = fmt::format("Left reverse spacing 1.2 tc rgb '{}'", kInk);
  const int entries = static_cast<int>(labels.size() <= kMostLines ? labels.size() : kNamedOfMany + 1);
  if (has_bars(figure)) {  // below everything: what is left of names beside the bars may be narrow
    const int rows = (entries + kBarLegendColumns - 1) / kBarLegendColumns;
    const double bottom = std::min(0.02, 8.0 / (height_of_bars(figure) + 22 * rows));
    return {fmt::format("set bmargin {:.1f}\nset key at screen 0.01, screen {:.2g} left bottom vertical maxrows {} "
                        "samplen 1 {}",
                        4.0 + 1.35 * rows, bottom, rows, looks),
            22 * rows};
  }
  if (longest > kLongLabel)
    return {"set key bmargin left vertical maxcols 1 samplen 3 font ',10' " + looks, 19 * entries};
  return {fmt::format("set key outside right top vertical maxrows {} samplen 3 {}", entries, looks),
          std::max(0, 22 * entries + 110 - canvas.height)};
}

/// A text as comment lines.
std::string comment(const std::string& text) {
  return text.empty() ? std::string{} : fmt::format("# {}\n", printable_text(text));
}

}  // namespace

int gnuplot_symbol(const SeriesLook& look, bool open) {
  const auto symbol = static_cast<std::size_t>(look.look.symbol);
  return open ? kOpen[symbol] : kFilled[symbol];
}

std::string figure_script(const Figure& figure, PictureFormat format, const std::string& out, bool titled) {
  const Canvas& canvas = titled ? kAlone : kOnPage;
  const Legend legend = legend_of(figure, canvas);
  const bool bars = has_bars(figure);
  const int height = (bars ? height_of_bars(figure) : canvas.height) + legend.height;
  std::string script = "reset\n" + comment(figure.title);
  script += fmt::format("set encoding utf8\nset terminal {}\nset output {}\n", terminal(format, canvas.width, height),
                        gnuplot_literal(printable_text(out, out.size())));
  if (titled)  // a label: gnuplot centres titles over the axes, which may be narrow, and has less room for the legend
    script += fmt::format("set tmargin 3\nset label {} at screen 0.01, screen 1 left offset 0,-1.2 tc rgb '{}'\n",
                          gnuplot_text(figure.title), kInk);
  script += fmt::format("set border {} lc rgb '{}'\nset tics nomirror out scale 0.5 textcolor rgb '{}'\n{}\n",
                        bars ? 1 : 3, kMuted, kInk, legend.line);
  script += bars ? bar_axes(figure) : line_axes(figure);
  return script + plot_text(figure) + "unset output\n";
}

}  // namespace physgrad
