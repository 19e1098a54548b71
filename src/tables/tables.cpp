#include "physgrad/tables/tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>
#include <set>
#include <utility>

namespace physgrad {
namespace {

using Maker = std::vector<Table> (*)(const ReportSet&);
constexpr std::pair<const char*, Maker> kKinds[] = {{"summary", summary_tables},
                                                    {"convergence", convergence_tables},
                                                    {"time", time_tables},
                                                    {"memory", memory_tables},
                                                    {"needs", needs_tables},
                                                    {"targets", target_tables},
                                                    {"verdicts", verdict_tables},
                                                    {"profiles", profile_tables},
                                                    {"families", family_tables},
                                                    {"ecdf", ecdf_tables},
                                                    {"sweep", sweep_tables},
                                                    {"costs", costs_tables},
                                                    {"break-even", break_even_tables},
                                                    {"answer", answer_tables},
                                                    {"settings", settings_tables},
                                                    {"environment", environment_tables}};

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

std::vector<Table> make_tables(const std::string& kind, const ReportSet& reports) {
  for (const auto& [name, maker] : kKinds)
    if (kind == name) {
      std::vector<Table> tables = maker(reports);
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
