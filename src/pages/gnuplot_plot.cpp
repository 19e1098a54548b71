#include "physgrad/pages/gnuplot_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "physgrad/pages/figure_frame.hpp"
#include "physgrad/pages/gnuplot_script.hpp"
#include "physgrad/pages/gnuplot_text.hpp"

namespace physgrad {
namespace {

constexpr std::size_t kLongestEntry = 84;  ///< characters of a legend's line
constexpr int kCross = 2;

/// One block of data after the other, and what is plotted of them.
class Plot {
 public:
  /// Rows of numbers; those with a NaN are left out. The block's name.
  std::string block(const std::vector<std::vector<double>>& rows) {
    const std::string name = fmt::format("$d{}", ++blocks_);
    data_ += fmt::format("{} << END_OF_DATA\n", name);
    for (const std::vector<double>& row : rows) {
      if (std::ranges::any_of(row, [](double value) { return std::isnan(value); })) continue;
      for (std::size_t i = 0; i < row.size(); ++i) data_ += fmt::format("{}{:.6g}", i == 0 ? "" : " ", row[i]);
      data_ += '\n';
    }
    data_ += "END_OF_DATA\n";
    return name;
  }
  void add(const std::string& element) { elements_.push_back(element); }

  [[nodiscard]] std::string text() const {
    std::string result = data_ + "plot ";
    for (std::size_t i = 0; i < elements_.size(); ++i) result += (i == 0 ? "" : ", \\\n     ") + elements_[i];
    return result + "\n";
  }

 private:
  int blocks_ = 0;
  std::string data_;
  std::vector<std::string> elements_;
};

std::string colour_of(const SeriesLook& look) { return look.rest ? kRest : look.look.colour; }
int symbol_of(const Series& series, const SeriesLook& look) { return gnuplot_symbol(look, series.open); }
std::string dash_of(const SeriesLook& look) {
  return look.look.dash.empty() || look.rest ? "dt solid" : fmt::format("dt ({})", look.look.dash);
}

std::string legend_entry(const std::string& how, const std::string& label) {
  return fmt::format("keyentry {} title {}", how, gnuplot_literal(printable_text(label, kLongestEntry)));
}

/// Lines, steps and points of one series.
class LinePlot {
 public:
  LinePlot(const Figure& figure, Plot& plot) : figure_(figure), x_(x_range(figure)), y_(y_range(figure)), plot_(plot) {}

  void band(const Series& series, const SeriesLook& look) {
    if (series.low.empty() || look.rest) return;
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i < series.x.size(); ++i)
      rows.push_back({at_x(series.x[i]), at_y(series.low[i]), at_y(series.high[i])});
    plot_.add(fmt::format("{} using 1:2:3 with filledcurves fc rgb '{}' fs transparent solid 0.15 noborder notitle",
                          plot_.block(rows), colour_of(look)));
  }

  void draw(const Series& series, const SeriesLook& look) {
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i < series.x.size(); ++i) rows.push_back({at_x(series.x[i]), at_y(series.y[i])});
    const std::string data = plot_.block(rows), colour = fmt::format("lc rgb '{}'", colour_of(look));
    const std::string symbol = fmt::format("pt {}", symbol_of(series, look));
    const bool reference = series.family == kReferenceFamily;
    const std::string line = fmt::format("lw {} {}", reference ? 5 : look.rest ? 1 : 2, dash_of(look));
    const double size = reference ? 1.7 : 1.1;
    if (series.drawing == Drawing::points) {
      plot_.add(fmt::format("{} using 1:2 with points {} ps {} {} notitle", data, symbol, size, colour));
    } else {
      const bool steps = series.drawing == Drawing::steps;
      plot_.add(fmt::format("{} using 1:2 with {} {} {} notitle", data, steps ? "steps" : "lines", line, colour));
      if (!look.rest && !reference)
        plot_.add(fmt::format("{} using 1:2 every {} with points {} ps 0.7 {} notitle", data,
                              std::max<std::size_t>(1, rows.size() / 5), symbol, colour));
    }
    if (series.cross_at_end && !rows.empty())
      plot_.add(fmt::format("{} using 1:2 with points pt {} ps 1.3 lw 2.5 {} notitle", plot_.block({rows.back()}),
                            kCross, colour));
    if (look.named)
      plot_.add(series.drawing == Drawing::points
                    ? legend_entry(fmt::format("with points {} ps {} {}", symbol, size, colour), series.label)
                : reference ? legend_entry(fmt::format("with lines {} {}", line, colour), series.label)
                            : legend_entry(fmt::format("with linespoints {} {} ps 0.7 {}", line, symbol, colour),
                                           series.label));
  }

 private:
  [[nodiscard]] double at_x(double x) const { return shown_at(x, x_, figure_.x); }
  [[nodiscard]] double at_y(double y) const { return shown_at(y, y_, figure_.y); }

  const Figure& figure_;
  Range x_, y_;
  Plot& plot_;
};

void draw_lines(const Figure& figure, Plot& plot) {
  const std::vector<SeriesLook> looks = series_looks(figure);
  LinePlot lines(figure, plot);
  for (std::size_t i = 0; i < looks.size(); ++i) lines.band(figure.series[i], looks[i]);
  std::set<std::string> rest;
  for (const bool in_front : {false, true})
    for (std::size_t i = 0; i < looks.size(); ++i) {
      if (looks[i].rest) rest.insert(figure.series[i].label);
      if (looks[i].rest != in_front) lines.draw(figure.series[i], looks[i]);
    }
  if (!rest.empty())
    plot.add(legend_entry(fmt::format("with lines lc rgb '{}'", kRest), fmt::format("{} others", rest.size())));
}

/// A point with a line from low to high, lying as bars do.
void draw_intervals(const Figure& figure, const Series& series, const SeriesLook& look, Plot& plot) {
  const Range range = y_range(figure);
  const auto at = [&](double value) { return shown_at(value, range, figure.y); };
  std::vector<std::vector<double>> rows;
  for (std::size_t i = 0; i < series.x.size(); ++i)
    rows.push_back({at(series.y[i]), series.x[i], at(series.low[i]), at(series.high[i])});
  const std::string how = fmt::format("pt {} ps 0.9 lw 2 lc rgb '{}'", symbol_of(series, look), colour_of(look));
  plot.add(fmt::format("{} using 1:2:3:4 with xerrorbars {} notitle", plot.block(rows), how));
  plot.add(legend_entry("with points " + how, series.label));
}

/// Bars lie, so that names have room.
void draw_bars(const Figure& figure, Plot& plot) {
  const std::vector<SeriesLook> looks = series_looks(figure);
  const Range range = y_range(figure);
  std::vector<double> lengths(figure.categories.size());
  for (std::size_t s = 0; s < looks.size(); ++s) {
    const Series& series = figure.series[s];
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      const double y = shown_at(series.y[i], range, figure.y), place = series.x[i];
      if (series.drawing == Drawing::tick) {
        rows.push_back({y, place - 0.45, 0, 0.9});
        continue;
      }
      if (!(y > 0)) continue;
      double& length = lengths.at(static_cast<std::size_t>(place));
      rows.push_back({length, place, length, length + y, place - 0.35, place + 0.35});
      length += y;
    }
    if (series.drawing == Drawing::tick) {
      plot.add(fmt::format("{} using 1:2:3:4 with vectors nohead lw 3 lc rgb '{}' notitle", plot.block(rows), kInk));
      plot.add(legend_entry(fmt::format("with points pt '|' ps 1 lc rgb '{}'", kInk), series.label));
      continue;
    }
    if (series.drawing == Drawing::interval) {
      draw_intervals(figure, series, looks[s], plot);
      continue;
    }
    const std::string fill = fmt::format("fs solid 1 border lc rgb '{}' fc rgb '{}'", kPaper, looks[s].look.colour);
    plot.add(fmt::format("{} using 1:2:3:4:5:6 with boxxyerror {} notitle", plot.block(rows), fill));
    plot.add(legend_entry("with boxes " + fill, series.label));
  }
}

}  // namespace

std::string plot_text(const Figure& figure) {
  Plot plot;
  if (has_bars(figure))
    draw_bars(figure, plot);
  else
    draw_lines(figure, plot);
  return plot.text();
}

}  // namespace physgrad
