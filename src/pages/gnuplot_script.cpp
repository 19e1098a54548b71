#include "physgrad/pages/gnuplot_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include "physgrad/pages/figure_frame.hpp"

namespace physgrad {
namespace {

constexpr int kWidth = 720, kHeight = 420;
constexpr int kBarHeight = 30;  ///< of a category
constexpr int kBarLegendColumns = 4;
constexpr std::size_t kLongLabel = 26;     ///< from which on the legend goes below
constexpr std::size_t kLongestEntry = 84;  ///< characters of a legend's line
constexpr std::size_t kLongestName = 44;   ///< of a bar's name
constexpr std::size_t kLongest = 100;      ///< characters of a text
constexpr int kFilled[kSymbols] = {7, 5, 9, 13, 11, 15}, kOpen[kSymbols] = {6, 4, 8, 12, 10, 14};
constexpr int kCross = 2;

/// Bytes of the UTF-8 character that begins here; 0 where none does, or one that XML has no place for.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(0);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xc2 ? 0
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                             : first < 0xf5 ? 4
                                            : 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0u) != 0x80u) return 0;
  if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f) || (first == 0xf0 && byte(1) < 0x90) ||
      (first == 0xf4 && byte(1) > 0x8f) || (first == 0xef && byte(1) == 0xbf && byte(2) > 0xbd))
    return 0;
  return length;
}

/// Printable UTF-8 of at most so many characters, the middle left out.
std::string printable(const std::string& text, std::size_t longest = kLongest) {
  std::vector<std::string> characters;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(std::string_view(text).substr(at));
    const auto byte = static_cast<unsigned char>(text[at]);
    if (length == 0)
      characters.emplace_back("?");
    else if (byte < 0x20 || byte == 0x7f)
      characters.emplace_back(" ");
    else
      characters.push_back(text.substr(at, length));
    at += std::max<std::size_t>(length, 1);
  }
  if (characters.size() > longest) {
    const auto half = static_cast<std::ptrdiff_t>(longest / 2);
    characters.erase(characters.begin() + half, characters.end() - half);
    characters.insert(characters.begin() + half, "...");
  }
  std::string result;
  for (const std::string& character : characters) result += character;
  return result;
}

std::string literal(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "''" : std::string(1, c);
  return result + "'";
}

/// Where gnuplot takes a literal for a format.
std::string tick_text(const std::string& text) {
  std::string format;
  for (const char c : literal(printable(text, kLongestName))) format += c == '%' ? "%%" : std::string(1, c);
  return format;
}

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
int symbol_of(const Series& series, const SeriesLook& look) {
  const auto symbol = static_cast<std::size_t>(look.look.symbol);
  return series.open ? kOpen[symbol] : kFilled[symbol];
}
std::string dash_of(const SeriesLook& look) {
  return look.look.dash.empty() || look.rest ? "dt solid" : fmt::format("dt ({})", look.look.dash);
}

std::string legend_entry(const std::string& how, const std::string& label) {
  return fmt::format("keyentry {} title {}", how, literal(printable(label, kLongestEntry)));
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
    const std::string fill = fmt::format("fs solid 1 border lc rgb '{}' fc rgb '{}'", kPaper, looks[s].look.colour);
    plot.add(fmt::format("{} using 1:2:3:4:5:6 with boxxyerror {} notitle", plot.block(rows), fill));
    plot.add(legend_entry("with boxes " + fill, series.label));
  }
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

std::string guide_lines(const Figure& figure) {
  std::string text;
  for (const Guide& guide : figure.guides) {
    if (!std::isfinite(guide.at) || (guide.at <= 0 && (guide.vertical ? figure.x : figure.y).log)) continue;
    const std::string at = fmt::format("{:.6g}", guide.at);
    text += guide.vertical ? fmt::format("set arrow from first {0}, graph 0 to first {0}, graph 1", at)
                           : fmt::format("set arrow from graph 0, first {0} to graph 1, first {0}", at);
    text += fmt::format(" nohead back dt (2,4) lc rgb '{}'\n", kMuted);
    if (guide.label.empty()) continue;
    const std::string where = guide.vertical ? fmt::format("first {}, graph 0.97 right offset -0.5,0", at)
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
             static_cast<int>(figure.categories.size()) - 1, longest > kLongLabel ? 9 : 12, names, kGrid);
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

Legend legend_of(const Figure& figure) {
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
    return {fmt::format(
                "set bmargin {:.1f}\nset key at screen 0.01, screen 0.02 left bottom vertical maxrows {} samplen 1 {}",
                4.0 + 1.35 * rows, rows, looks),
            22 * rows};
  }
  if (longest > kLongLabel)
    return {"set key bmargin left vertical maxcols 1 samplen 3 font ',10' " + looks, 19 * entries};
  return {fmt::format("set key outside right top vertical maxrows {} samplen 3 {}", entries, looks),
          std::max(0, 22 * entries + 110 - kHeight)};
}

/// A text as comment lines.
std::string comment(const std::string& text) {
  return text.empty() ? std::string{} : fmt::format("# {}\n", printable(text));
}

}  // namespace

std::string gnuplot_text(const std::string& text) { return literal(printable(text)); }

std::string figure_script(const Figure& figure, PictureFormat format, const std::string& out, bool titled) {
  const Legend legend = legend_of(figure);
  const bool bars = has_bars(figure);
  const int categories = static_cast<int>(figure.categories.size());
  const int height = (bars ? 105 + kBarHeight * categories : kHeight) + legend.height;
  Plot plot;
  if (bars)
    draw_bars(figure, plot);
  else
    draw_lines(figure, plot);
  std::string script = "reset\n" + comment(figure.title);
  script += fmt::format("set encoding utf8\nset terminal {}\nset output {}\n", terminal(format, kWidth, height),
                        literal(printable(out, out.size())));
  if (titled)  // a label: gnuplot centres titles over the axes, which may be narrow, and has less room for the legend
    script += fmt::format("set tmargin 3\nset label {} at screen 0.01, screen 1 left offset 0,-1.2 tc rgb '{}'\n",
                          gnuplot_text(figure.title), kInk);
  script += fmt::format("set border {} lc rgb '{}'\nset tics nomirror out scale 0.5 textcolor rgb '{}'\n{}\n",
                        bars ? 1 : 3, kMuted, kInk, legend.line);
  script += bars ? bar_axes(figure) : line_axes(figure);
  return script + plot.text() + "unset output\n";
}

}  // namespace physgrad
