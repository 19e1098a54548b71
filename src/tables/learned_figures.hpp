#pragma once
// What was learned: what problems show (core/view.hpp) of the weights of cells, as pictures.
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "physgrad/core/view.hpp"
#include "physgrad/tables/figure.hpp"
#include "physgrad/tables/report_set.hpp"

namespace physgrad {

/// Whoever knows the weights of cells and the problems that they were trained on.
using LearnedSource = std::function<LearnedViews(const CellRecord&)>;

struct LearnedRequest {
  std::string kind;  ///< "fields" or "trajectory"; empty: both
  LearnedSource source;
  long sample = 0;                     ///< the held-out sample that the source shows; for titles
  std::set<std::string> without = {};  ///< labels of groups that are left out
};

struct LearnedFigures {
  std::vector<Figure> figures;
  std::vector<std::string> missing;  ///< a line for each cell that has nothing to show
  bool any = false;                  ///< whether any cell has weights that show something, of this kind or not
  /// Why nothing is shown of a task, whose label is the key: lines for the methods that have cells.
  std::map<std::string, std::vector<std::string>> nothing = {};
};

[[nodiscard]] const std::vector<std::string>& learned_kinds();

/// A picture for each task and view of the kind: a line for each method from the cell of the first seed that the task
/// has, and what they are to be like. Pictures say which methods have nothing to show.
[[nodiscard]] LearnedFigures learned_figures(const ReportSet& reports, const LearnedRequest& request);

}  // namespace physgrad
