// physgrad-bench cell: one cell, as its specification on the standard input says.
#include <fmt/format.h>

#include <memory>
#include <new>

#include "../heap_count.hpp"
#include "cell_streams.hpp"
#include "physgrad/study/cell_exit.hpp"
#include "physgrad/study/live_cell.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

HeapCounter heap_counter() {
  return {[](const HeapUse* use) { executable::start_heap_count(use); },
          [] {
            const executable::HeapCount count = executable::stop_heap_count();
            HeapPeak peak{static_cast<double>(count.peak_bytes), {}};
            for (std::size_t use = 0; use < kHeapUses; ++use)
              peak.by_use[use] = static_cast<double>(count.peak_by_use[use]);
            return peak;
          }};
}

struct CellRequest {
  CellConditions conditions;
  bool piped = false;  ///< failures are lines for the driver
};

int train_cell(const Catalogue& catalogue, const CellRequest& request) {
  if (!request.piped) {
    live_cell(catalogue, read_cell_spec(), request.conditions, heap_counter(), write_line);
    return 0;
  }
  try {
    live_cell(catalogue, read_cell_spec(), request.conditions, heap_counter(), write_line);
  } catch (const std::bad_alloc& error) {
    write_reason(error.what());
    return kOutOfMemory;
  } catch (const std::exception& error) {
    write_line(fmt::format("!{}", error.what()));
    return kWorkFailed;
  }
  return 0;
}

}  // namespace

void add_cell(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("cell", "Train one cell, specified on standard input, and write its lines");
  verb->footer(call.help(
      "The specification is JSON: what `run --specs` prints, or the first line of a cell's file. Cells of a run are\n"
      "started so; other tools can.\nExamples:\n"
      "  physgrad-bench run --problem heat --method gn --seeds 1 --steps 10 --specs | physgrad-bench cell\n"
      "  head -n 1 results/NAME/cells/heat__gn__s0.jsonl | physgrad-bench cell > again.jsonl"));
  const auto request = std::make_shared<CellRequest>();
  verb->add_flag("--beside", request->conditions.beside,
                 "other cells run at the same time: mark its times as not valid");
  verb->add_flag("!--no-heap", request->conditions.with_heap, "do not count the heap before");
  verb->add_flag("--save-weights", request->conditions.save_weights,
                 "write the weights of the end too, a line before the last (results/README.md)");
  verb->add_flag("--piped", request->piped)->group("");
  verb->callback([request, &call] { call.exit_code = train_cell(call.catalogue, *request); });
}

}  // namespace physgrad::driver
