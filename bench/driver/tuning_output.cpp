#include "tuning_output.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "physgrad/files/files.hpp"
#include "physgrad/pages/render.hpp"
#include "physgrad/study/interrupts.hpp"
#include "physgrad/tables/table.hpp"
#include "table_format.hpp"

namespace physgrad::driver {
namespace {

Table result_table(const std::vector<TunedPair>& pairs) {
  Table table{
      "Tuned settings",
      "tuning",
      {{"problem", false}, {"method", false}, {"trials"}, {"seconds"}, {"before"}, {"best"}, {"settings", false}},
      {},
      {"before, best: held-out loss on the tuning seeds, of the settings as they were and of the best trial"}};
  for (const TunedPair& pair : pairs) {
    if (pair.trials.empty()) continue;
    const Trial& best = pair.best();
    table.rows.push_back({text_entry(pair.problem), text_entry(pair.method),
                          number_entry(static_cast<double>(pair.trials.size())), number_entry(pair.seconds()),
                          number_entry(pair.trials.front().loss), number_entry(best.loss),
                          text_entry(!pair.found()           ? "every trial failed"
                                     : best.settings.empty() ? "as they were"
                                                             : best.settings)});
  }
  return table;
}

}  // namespace

void save_tuning(const Plan& plan, long trials, const std::vector<TunedPair>& pairs, const std::string& path,
                 const std::vector<std::string>& command) {
  if (std::ranges::none_of(pairs, &TunedPair::found)) return;
  try {
    write_text_file(path, tuned_config(plan, trials, pairs, command));
  } catch (const WriteError&) {  // what was found is shown at least
    fmt::print("{}\n", render({result_table(pairs)}, TableFormat::text, output_style()));
    throw;
  }
}

int conclude_tuning(const std::vector<TunedPair>& pairs, const std::string& path, const Call& call) {
  const bool found = std::ranges::any_of(pairs, &TunedPair::found);
  fmt::print("{}\n{}", render({result_table(pairs)}, TableFormat::text, output_style()),
             found ? fmt::format("Settings: {}\n", path) : "");
  for (const TunedPair& pair : pairs)
    if (!pair.trials.empty() && !pair.found())
      call.tell(fmt::format("every trial of {} on {} failed, no settings for it are written ({})", pair.method,
                            pair.problem,
                            pair.trials.front().failures.empty() ? "no loss" : pair.trials.front().failures.front()));
  if (interrupted_by() != 0) return 128 + interrupted_by();
  return found ? 0 : kFailure;
}

}  // namespace physgrad::driver
