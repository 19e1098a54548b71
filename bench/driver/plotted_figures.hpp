#pragma once
// Which figures a call of `plot` asks for: of reports, of claims, or of what was learned.
#include <optional>
#include <string>
#include <vector>

#include "physgrad/tables/figure.hpp"
#include "physgrad/tables/kind_options.hpp"
#include "report_options.hpp"
#include "verbs.hpp"

namespace physgrad::driver {

struct FigureRequest {
  ReportOptions reports;
  std::string kind;
  KindOptions options;
  std::string by;              ///< one of several abscissas; empty: all
  std::optional<long> sample;  ///< the held-out sample that shows what was learned
};

[[nodiscard]] std::vector<std::string> plot_kinds();

/// At least one. Throws UsageError for what is not known or has no effect, std::runtime_error where there is nothing to
/// show.
[[nodiscard]] std::vector<Figure> plotted_figures(const FigureRequest& request, const Call& call);

}  // namespace physgrad::driver
