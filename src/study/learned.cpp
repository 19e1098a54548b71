#include "physgrad/study/learned.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "physgrad/record/weights.hpp"
#include "physgrad/study/spec.hpp"
#include "physgrad/study/start_weights.hpp"
#include "physgrad/train/trainer.hpp"

namespace physgrad {
namespace {

std::vector<ShownView> views_of(const Problem& problem, const Vector& theta, std::uint64_t seed, Index sample) {
  const Batch all = held_out_data(problem, seed);
  if (sample >= all.size())
    throw UsageError(fmt::format("--sample cannot be {}; {} has {} held-out sample{}, the first is 0", sample,
                                 problem.name, all.size(), all.size() == 1 ? "" : "s"));
  const Batch one = select_samples(all, {sample});
  const Matrix x = problem.network->run(theta, one.input);
  std::vector<ShownView> result;
  for (const View& view : problem.views)
    result.push_back(view.of_all_samples ? shown(view, problem.network->run(theta, all.input), all)
                                         : shown(view, x, one));
  return result;
}

}  // namespace

bool LearnedCells::any() const {
  return std::ranges::any_of(from_, [](const std::filesystem::path& run) {
    std::error_code ignored;
    return std::filesystem::is_directory(weights_path(run, {}).parent_path(), ignored);
  });
}

LearnedViews LearnedCells::operator()(const CellRecord& cell) const {
  LearnedViews result;
  for (const std::filesystem::path& run : from_) {
    const std::filesystem::path path = weights_path(run, cell.key);
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) continue;
    result.missing = not_its_weights(path, cell.key, cell.trajectory_hash);
    if (!result.missing.empty()) continue;
    const Weights weights = read_weights(path);
    std::optional<ResolvedPair> pair;
    Vector theta;
    try {
      pair = pair_of(catalogue_, weights.cell);
      theta = start_weights(weights, *pair, path.string());
    } catch (const UsageError& error) {  // of a problem that this program lacks or knows otherwise
      result.missing = fmt::format("'{}': {}", path.string(), error.what());
      continue;
    }
    result.views = views_of(pair->problem, theta, cell.key.seed, sample_);
    if (weights.cell.program != program_of(catalogue_))
      result.remarks.push_back(fmt::format("trained by another program ({}) than the one that draws",
                                           weights.cell.program.empty() ? "unknown" : weights.cell.program));
    return result;
  }
  if (result.missing.empty()) result.missing = "its weights were not saved";
  return result;
}

}  // namespace physgrad
