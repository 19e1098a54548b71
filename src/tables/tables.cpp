#include "physgrad/tables/tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>
#include <set>
#include <utility>

namespace physgrad {
namespace {

using Maker = std::vector<Table> (*)(const ReportSet&, const KindOptions&);

/// Of a kind that has no options.
template <std::vector<Table> (*make)(const ReportSet&)>
std::vector<Table> plain_tables(const ReportSet& reports, const KindOptions& /*options*/) {
  return make(reports);
}

std::vector<Table> profiles_by(const ReportSet& reports, const KindOptions& options) {
  return profile_tables(reports, options.by_family());
}

std::vector<Table> budgets_by(const ReportSet& reports, const KindOptions& options) {
  return budget_tables(reports, options.budgets);
}

constexpr std::pair<const char*, Maker> kKinds[] = {{"summary", plain_tables<summary_tables>},
                                                    {"convergence", plain_tables<convergence_tables>},
                                                    {"time", plain_tables<time_tables>},
                                                    {"memory", plain_tables<memory_tables>},
                                                    {"needs", plain_tables<needs_tables>},
                                                    {"targets", plain_tables<target_tables>},
                                                    {"verdicts", plain_tables<verdict_tables>},
                                                    {"profiles", profiles_by},
                                                    {"families", plain_tables<family_tables>},
                                                    {"ecdf", plain_tables<ecdf_tables>},
                                                    {"budgets", budgets_by},
                                                    {"sweep", plain_tables<sweep_tables>},
                                                    {"costs", plain_tables<costs_tables>},
                                                    {"break-even", plain_tables<break_even_tables>},
                                                    {"answer", plain_tables<answer_tables>},
                                                    {"settings", plain_tables<settings_tables>},
                                                    {"environment", plain_tables<environment_tables>}};

/// Which kernels OpenBLAS ran: times say more about them than about the processor where they do not fit it.
void name_cores(const std::vector<LabelledReport>& reports, std::vector<Table>& tables) {
  std::set<std::string> cores;
  for (const LabelledReport& each : reports) {
    for (const Environment& machine : each.report.header.machines) cores.insert(machine.blas_core);
    cores.insert(each.report.header.environment.blas_core);
  }
  cores.erase("");
  if (!tables.empty() && !cores.empty())
    tables.back().notes.push_back(fmt::format("OpenBLAS's kernels: {}", fmt::join(cores, "; ")));
}

}  // namespace

const std::vector<std::string>& table_kinds() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const auto& [name, maker] : kKinds) result.emplace_back(name);
    return result;
  }();
  return names;
}

std::vector<Table> make_tables(const std::string& kind, const ReportSet& reports, const KindOptions& options) {
  for (const auto& [name, maker] : kKinds)
    if (kind == name) {
      check_options(kind, options);
      std::vector<Table> tables = maker(reports, options);
      if (kind == "time") name_cores(reports.reports(), tables);
      return tables;
    }
  throw UsageError(unknown_name_message("kind of table", kind, table_kinds()));
}

std::string provenance_line(const RunHeader& header) {
  return fmt::format("{} {} ({}{}), {}, {} thread{}, {}, Eigen {}, {}", header.suite.name, header.suite.version,
                     header.suite.commit, header.suite.dirty ? ", modified" : "", header.environment.cpu,
                     header.environment.threads, header.environment.threads == 1 ? "" : "s",
                     header.environment.compiler, header.environment.eigen, header.environment.blas);
}

}  // namespace physgrad
