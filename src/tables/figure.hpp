#pragma once
// A picture as data: what pages/gnuplot.hpp draws, and what the page of a report embeds. Nothing in it says how it
// looks beyond what it means.
#include <string>
#include <vector>

namespace physgrad {

/// How a series is drawn over the axes.
enum class Drawing {
  line,   ///< through its points, with the band between low and high where there is one
  steps,  ///< constant from each point to the next one
  points,
  bar,       ///< y is the length of a bar at category x; bars of one category are stacked in the order of the series
  tick,      ///< a mark at y beside the bar of category x
  interval,  ///< a point at y with a line from low to high, beside category x
};

struct Series {
  std::string label = {};
  std::string family = {};  ///< what decides the colour and the dash: tables/families.hpp
  Drawing drawing = Drawing::line;
  std::vector<double> x = {}, y = {};       ///< of one length; infinite y: a mark on the edge
  std::vector<double> low = {}, high = {};  ///< of the same length, or empty
  bool cross_at_end = false;                ///< a curve that ends because it diverged
  bool open = false;                        ///< its times are of disturbed cells
};

struct Axis {
  std::string label = {};  ///< with its unit in brackets
  bool log = false;
};

/// A line over all places of the other axis, at a y or at an x, with a text beside it: a target, a cut.
struct Guide {
  double at = 0;
  bool vertical = false;
  std::string label;
};

struct Figure {
  std::string kind = {};     ///< of `plot --kind`
  std::string name = {};     ///< plain lower case, unique among the figures of a call: a file's name, an anchor
  std::string problem = {};  ///< the label of its group, as tables have it; empty: of several
  std::string title = {};
  std::string summary = {};  ///< a sentence with figures on what is to be seen, made from the data
  Axis x = {}, y = {};
  bool plane = false;                        ///< x and y are coordinates of a plane: one scale for both
  std::vector<std::string> categories = {};  ///< of bars and intervals, along x
  std::vector<Series> series = {};
  std::vector<Guide> guides = {};
  std::vector<std::string> notes = {};  ///< denominators, what was left out and why
  std::string by = {};                  ///< "seconds", "steps", "simulator_calls": one of several of its kind; or empty
};

}  // namespace physgrad
