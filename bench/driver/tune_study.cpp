#include "tune_study.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <utility>
#include <vector>

#include "durations.hpp"
#include "physgrad/pages/render.hpp"
#include "physgrad/study/interrupts.hpp"
#include "physgrad/study/study_file.hpp"
#include "physgrad/study/workers.hpp"
#include "physgrad/tables/sensitivity_table.hpp"
#include "standard_streams.hpp"
#include "table_format.hpp"

namespace physgrad::driver {
namespace {

std::vector<StudiedPair> planned_pairs(const Plan& plan, const StudyOptions& options) {
  std::vector<StudiedPair> pairs;
  for (const auto& [problem, method] : study_pairs(plan, options))
    pairs.push_back(planned_trials(plan, problem, method, options.trials));
  return pairs;
}

/// How much there is to do of pairs that are not finished.
std::string forecast_text(const Plan& plan, const StudyOptions& options, const std::vector<StudiedPair>& left,
                          std::size_t all) {
  double seconds = 0;
  std::size_t trials = 0;
  for (const StudiedPair& pair : left) {
    seconds += study_seconds(plan, options, pair);
    trials += pair.trials.size();
  }
  const std::string length =
      std::isinf(seconds)
          ? ""
          : fmt::format(", at most {} of training; start-up and evaluation come on top", duration_text(seconds));
  return fmt::format("{} pair{}, {} of them to be tuned now with {} trials{}", all, all == 1 ? "" : "s", left.size(),
                     trials, length);
}

StudyProgress progress_of(bool quiet, std::size_t place, std::size_t count) {
  return [=](const StudiedPair& pair, long trial, std::uint64_t seed, double loss) {
    if (quiet) return;
    std::vector<std::string> words;
    for (const auto& [key, value] : pair.trials[static_cast<std::size_t>(trial)])
      words.push_back(fmt::format("{}={}", key, to_text(value)));
    tell(fmt::format("[{}/{}] {} {} trial {} seed {}: {:.3e} ({})\n", place, count, pair.problem, pair.method, trial,
                     seed, loss, fmt::join(words, " ")));
  };
}

}  // namespace

int tune_study(RunRequest run, const StudyRequest& request, const Call& call) {
  if (run.problems.empty()) run.problems = {"all"};
  if (run.methods.empty()) run.methods = {"all"};
  if (run.seeds.empty()) run.seeds = "100,101,102";
  const Plan plan = make_plan(call.catalogue, run);
  check_study(plan, request.options);
  std::vector<StudiedPair> left = planned_pairs(plan, request.options);
  const std::size_t all = left.size();
  if (request.dry_run) {
    fmt::print("{}.\n", forecast_text(plan, request.options, left, all));
    return 0;
  }
  StudyFile file(request.folder, study_header(plan, request.options, call.command), request.options.shard);
  std::erase_if(left, [&](const StudiedPair& pair) { return file.has(pair.problem, pair.method); });
  if (!request.quiet) call.tell(forecast_text(plan, request.options, left, all));
  catch_interrupts();
  if (const std::string line = load_line(plan.limits.threads); !line.empty()) call.tell(line);
  for (std::size_t i = 0; i < left.size() && interrupted_by() == 0; ++i)
    if (std::optional<StudiedPair> done =
            study_pair(plan, request.options, std::move(left[i]), progress_of(request.quiet, i + 1, left.size())))
      file.add(std::move(*done));
  fmt::print("{}\nStudy: {}\n", render({studied_table(file.pairs())}, TableFormat::text, output_style()),
             file.path().string());
  return interrupted_by() != 0 ? 128 + interrupted_by() : 0;
}

}  // namespace physgrad::driver
