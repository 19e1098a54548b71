#include "dry_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "durations.hpp"
#include "physgrad/pages/render.hpp"
#include "physgrad/study/forecast.hpp"
#include "physgrad/tables/table.hpp"

namespace physgrad::driver {
namespace {

std::string memory_text(double bytes) { return std::isnan(bytes) ? "-" : fmt::format("{:.3g} MB", bytes / 1e6); }

std::vector<Entry> row_of(const TaskForecast& task) {
  const bool runs = task.skip_reason.empty() && task.measured > 0;
  std::string problem = task.task.problem, method = task.task.method;
  if (!task.task.problem_sweep.empty()) problem += " " + task.task.problem_sweep;
  if (!task.task.method_sweep.empty()) method += " " + task.task.method_sweep;
  const char* from = task.basis == Basis::budget ? "budget" : task.basis == Basis::probe ? "probe" : "";
  return {text_entry(problem),
          text_entry(method),
          text_entry(fmt::format("{}", task.cells)),
          text_entry(fmt::format("{}", task.measured)),
          text_entry(memory_text(task.bytes)),
          text_entry(runs ? duration_text(task.seconds) : "-"),
          text_entry(runs ? duration_text(task.seconds * static_cast<double>(task.measured)) : "-"),
          text_entry(runs                       ? from
                     : task.skip_reason.empty() ? "is there"
                                                : "skipped: " + task.skip_reason)};
}

std::string total_text(const Forecast& all, int jobs, int threads) {
  const std::size_t run = all.measured - all.skipped;
  std::string text =
      fmt::format("{} cells, {} of them to be measured now, {} of these skipped", all.cells, all.measured, all.skipped);
  if (run == 0) return text + ".";
  const int beside = static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(jobs), run));
  const double seconds = std::max(all.seconds / beside, all.longest);
  text += fmt::format(". About {} in all", duration_text(seconds));
  if (beside > 1) text += fmt::format(", {} cells side by side", beside);
  if (threads > 1) text += fmt::format(", each on {} threads", threads);
  if (all.unknown > 0) text += fmt::format(", and {} cells of unknown length", all.unknown);
  return text + fmt::format(". At most {} at a time for what a step holds, beside program and data.",
                            memory_text(all.bytes * beside));
}

}  // namespace

int print_forecast(const Plan& plan, const RunOptions& options, const Call& call) {
  const Forecast all = forecast(plan, options, [&call](const std::string& line) { call.tell(line); });
  Table table{
      "Plan",
      "plan",
      {{"problem", false}, {"method", false}, {"cells"}, {"to do"}, {"memory"}, {"a cell"}, {"all"}, {"from", false}},
      {},
      {total_text(all, plan.jobs, plan.limits.threads),
       "a cell: seconds of training where a budget bounds it (evaluation and start-up come on top), else what "
       "its first steps in a short probe let expect, evaluation included. Nothing was measured or written."}};
  for (const TaskForecast& task : all.tasks) table.rows.push_back(row_of(task));
  fmt::print("{}", render({table}, TableFormat::text));
  return 0;
}

}  // namespace physgrad::driver
