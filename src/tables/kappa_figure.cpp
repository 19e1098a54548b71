// Final loss over a swept setting that is a number, kappa first of all: a line for each method and each choice of the
// other settings.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>

#include "physgrad/core/numbers.hpp"
#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/families.hpp"
#include "physgrad/tables/figure_text.hpp"
#include "physgrad/tables/figures.hpp"
#include "physgrad/tables/swept_problems.hpp"

namespace physgrad {
namespace {

/// "kappa=0.5", "hig.kappa=0.5": the key without its scope, and the number; nothing where it is none.
std::optional<std::pair<std::string, double>> numeric_entry(const std::string& entry) {
  const std::size_t sign = entry.find('=');
  if (sign == std::string::npos) return std::nullopt;
  const std::string scoped = entry.substr(0, sign);
  std::istringstream text(entry.substr(sign + 1));
  double value = 0;
  if (!(text >> value) || text.peek() != std::istringstream::traits_type::eof() || !std::isfinite(value))
    return std::nullopt;
  return std::pair(scoped.substr(scoped.rfind('.') + 1), value);
}

struct SweptPoint {
  std::string others;  ///< the other settings
  double value;
};

/// Where `settings` have the key.
std::optional<SweptPoint> point_of(const std::string& settings, const std::string& key) {
  std::istringstream entries(settings);
  std::optional<SweptPoint> point;
  std::string others;
  for (std::string entry; entries >> entry;) {
    const auto numeric = numeric_entry(entry);
    if (numeric && numeric->first == key)
      point = SweptPoint{{}, numeric->second};
    else
      others += (others.empty() ? "" : " ") + entry;
  }
  if (point) point->others = others;
  return point;
}

/// Keys that have at least two values, kappa first.
std::vector<std::string> swept_numbers(const SweptProblem& problem) {
  std::map<std::string, std::set<double>> values;
  for (const std::string& settings : problem.settings) {
    std::istringstream entries(settings);
    for (std::string entry; entries >> entry;)
      if (const auto numeric = numeric_entry(entry)) values[numeric->first].insert(numeric->second);
  }
  std::vector<std::string> keys;
  for (const auto& [key, found] : values)
    if (found.size() > 1) keys.insert(key == "kappa" ? keys.begin() : keys.end(), key);
  return keys;
}

/// In order of the value; infinite losses are at the upper edge.
Series swept_line(const std::string& label, const std::string& method,
                  std::vector<std::pair<double, const std::vector<double>*>> points) {
  std::ranges::sort(points);
  Series series{.label = label, .family = family_of(method)};
  for (const auto& [value, losses] : points) {
    const auto [median, low, high] = spread(*losses);
    if (std::isnan(median)) continue;
    series.x.push_back(value);
    series.y.push_back(median);
    series.low.push_back(low);
    series.high.push_back(high);
  }
  return series;
}

void add_swept_lines(const SweptProblem& problem, const std::string& key, Figure& figure) {
  for (const std::string& method : problem.methods) {
    std::map<std::string, std::vector<std::pair<double, const std::vector<double>*>>> lines;
    for (const std::string& settings : problem.settings) {
      const auto found = problem.losses.find({settings, method});
      if (found == problem.losses.end()) continue;
      if (const auto point = point_of(settings, key))
        lines[point->others].push_back({point->value, &found->second});
      else if (const double loss = quantile(found->second, 0.5); std::isfinite(loss))
        figure.guides.push_back({loss, false, settings == "not swept" ? method : method + " " + settings});
    }
    for (auto& [others, points] : lines)
      if (Series line = swept_line(others.empty() ? method : method + " " + others, method, std::move(points));
          !line.x.empty())
        figure.series.push_back(std::move(line));
  }
}

std::string swept_summary(const std::vector<Series>& lines, const std::string& key) {
  std::vector<std::string> best;
  for (const Series& line : lines) {
    const auto at = std::ranges::min_element(line.y) - line.y.begin();
    const auto i = static_cast<std::size_t>(at);
    best.push_back(std::isfinite(line.y[i])
                       ? fmt::format("{} is best at {} = {:.3g} (loss {:.3g}, worst {:.3g})", line.label, key,
                                     line.x[i], line.y[i], *std::ranges::max_element(line.y))
                       : fmt::format("{} fails at every {}", line.label, key));
  }
  return fmt::format("{}.", listed(best, 3));
}

Figure swept_figure(const SweptProblem& problem, const std::string& key) {
  Figure figure{.kind = "kappa",
                .name = plain_name({"kappa", problem.problem, key == "kappa" ? "" : key}),
                .problem = problem.problem};
  figure.title = fmt::format("{}: final training loss over {}", problem.problem, key);
  add_swept_lines(problem, key, figure);
  if (figure.series.empty()) return figure;
  double low = kInfinity, high = -kInfinity;
  for (const Series& line : figure.series) {
    low = std::min(low, line.x.front());
    high = std::max(high, line.x.back());
  }
  figure.x = {fmt::format("{} [1]", key), low > 0 && high / low >= 20};
  figure.y = {"training loss at the end", true};
  figure.summary = swept_summary(figure.series, key);
  figure.notes = {
      "Medians over seeds; bands: quartiles, or the range of fewer than 4 seeds. A point at the upper edge diverged or "
      "failed; a dotted line is a method or settings without this one."};
  return figure;
}

}  // namespace

std::vector<Figure> kappa_figures(const ReportSet& reports) {
  std::vector<Figure> figures;
  for (const SweptProblem& problem : swept_problems(reports))
    for (const std::string& key : swept_numbers(problem))
      if (Figure figure = swept_figure(problem, key); !figure.series.empty()) figures.push_back(std::move(figure));
  return figures;
}

}  // namespace physgrad
