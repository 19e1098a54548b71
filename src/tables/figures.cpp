#include "physgrad/tables/figures.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "physgrad/core/settings.hpp"

namespace physgrad {
namespace {

using FigureMaker = std::vector<Figure> (*)(const ReportSet&);
constexpr std::pair<const char*, FigureMaker> kFigureKinds[] = {
    {"convergence", convergence_figures}, {"phases", phase_figures},    {"memory", memory_figures},
    {"profile", profile_figures},         {"families", family_figures}, {"ecdf", ecdf_figures},
    {"spectrum", spectrum_figures},       {"kappa", kappa_figures},     {"break-even", break_even_figures}};

}  // namespace

void make_names_unique(std::vector<Figure>& figures) {
  std::set<std::string> used;
  for (Figure& figure : figures) {
    const std::string name = figure.name;
    for (int i = 2; !used.insert(figure.name).second; ++i) figure.name = fmt::format("{}-{}", name, i);
  }
}

const std::vector<std::string>& figure_kinds() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const auto& [name, maker] : kFigureKinds) result.emplace_back(name);
    return result;
  }();
  return names;
}

std::vector<Figure> make_figures(const std::string& kind, const ReportSet& reports) {
  for (const auto& [name, maker] : kFigureKinds)
    if (kind == name) {
      std::vector<Figure> figures = maker(reports);
      make_names_unique(figures);
      return figures;
    }
  throw UsageError(unknown_name_message("kind of figure", kind, figure_kinds()));
}

}  // namespace physgrad
