#include "physgrad/tables/figures.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "physgrad/core/settings.hpp"

namespace physgrad {
namespace {

using FigureMaker = std::vector<Figure> (*)(const ReportSet&, const KindOptions&);

/// Of a kind that has no options.
template <std::vector<Figure> (*make)(const ReportSet&)>
std::vector<Figure> plain_figures(const ReportSet& reports, const KindOptions& /*options*/) {
  return make(reports);
}

std::vector<Figure> profiles_of(const ReportSet& reports, const KindOptions& options) {
  return profile_figures(reports, options.by_family());
}

std::vector<Figure> budgets_against(const ReportSet& reports, const KindOptions& options) {
  return budget_figures(reports, options.budgets);
}

constexpr std::pair<const char*, FigureMaker> kFigureKinds[] = {{"convergence", plain_figures<convergence_figures>},
                                                                {"phases", plain_figures<phase_figures>},
                                                                {"memory", plain_figures<memory_figures>},
                                                                {"profile", profiles_of},
                                                                {"ecdf", plain_figures<ecdf_figures>},
                                                                {"budgets", budgets_against},
                                                                {"x-error", plain_figures<x_error_figures>},
                                                                {"spectrum", plain_figures<spectrum_figures>},
                                                                {"kappa", plain_figures<kappa_figures>},
                                                                {"break-even", plain_figures<break_even_figures>}};

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

std::vector<Figure> make_figures(const std::string& kind, const ReportSet& reports, const KindOptions& options) {
  for (const auto& [name, maker] : kFigureKinds)
    if (kind == name) {
      check_options(kind, options);
      std::vector<Figure> figures = maker(reports, options);
      make_names_unique(figures);
      return figures;
    }
  throw UsageError(unknown_name_message("kind of figure", kind, figure_kinds()));
}

}  // namespace physgrad
