#include "physgrad/study/shard.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <utility>

#include "physgrad/core/numbers.hpp"

namespace physgrad {
namespace {

constexpr std::uint64_t kMostShards = 1000000;

std::optional<std::uint64_t> slurm_number(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  const std::optional<std::uint64_t> number = read_whole(text);
  if (!number) throw UsageError(fmt::format("--shard slurm: {} is '{}'; expected a whole number", name, text));
  return number;
}

Shard slurm_shard() {
  const auto id = slurm_number("SLURM_ARRAY_TASK_ID"), count = slurm_number("SLURM_ARRAY_TASK_COUNT");
  if (!id || !count)
    throw UsageError(
        "--shard slurm: there is no SLURM_ARRAY_TASK_ID and SLURM_ARRAY_TASK_COUNT, so this is no task of a job array "
        "(sbatch --array=1-4); expected them, or --shard i/n");
  const std::uint64_t first = slurm_number("SLURM_ARRAY_TASK_MIN").value_or(1);
  const std::uint64_t step = slurm_number("SLURM_ARRAY_TASK_STEP").value_or(1);
  const bool regular = step > 0 && *id >= first && (*id - first) % step == 0 && (*id - first) / step < *count;
  if (!regular)
    throw UsageError(
        fmt::format("--shard slurm: task {} of an array of {} from {} in steps of {} has no place in it; use an array "
                    "without gaps, "
                    "or --shard i/n",
                    *id, *count, first, step));
  return {static_cast<std::size_t>((*id - first) / step) + 1, static_cast<std::size_t>(*count)};
}

/// How many of `items` the shard gets and how many shards before it get, where `start` shards have one more already.
std::pair<std::size_t, std::size_t> share(std::size_t items, const Shard& shard, std::size_t start) {
  const std::size_t each = items / shard.count, more = items % shard.count;
  const auto extra = [&](std::size_t index) { return (index + shard.count - start) % shard.count < more ? 1u : 0u; };
  std::size_t before = 0;
  for (std::size_t k = 0; k + 1 < shard.index; ++k) before += each + extra(k);
  return {before, before + each + extra(shard.index - 1)};
}

}  // namespace

std::optional<Shard> parse_shard(const std::string& text) {
  if (text.empty()) return std::nullopt;
  if (text == "slurm") return slurm_shard();
  const std::size_t slash = text.find('/');
  const auto index = read_whole(std::string_view(text).substr(0, slash));
  const auto count = slash == std::string::npos ? std::nullopt : read_whole(std::string_view(text).substr(slash + 1));
  if (!index || !count || *index < 1 || *index > *count || *count > kMostShards)
    throw UsageError(fmt::format(
        "--shard cannot be '{}'; expected i/n with i from 1 to n, as 2/4, or slurm for the task of a job array", text));
  return Shard{static_cast<std::size_t>(*index), static_cast<std::size_t>(*count)};
}

std::vector<std::size_t> cells_of(const Plan& plan, const Shard& shard) {
  // Where a task leaves a remainder, the next one goes on with the shard after.
  std::map<std::pair<std::string, std::string>, std::pair<std::size_t, std::size_t>> seeds;
  std::size_t start = 0;
  for (const CellKey& key : plan.order) {
    const auto [place, fresh] = seeds.try_emplace({key.problem, key.problem_sweep});
    if (!fresh) continue;
    place->second = share(plan.seeds.size(), shard, start);
    start = (start + plan.seeds.size()) % shard.count;
  }
  std::map<std::uint64_t, std::size_t> place_of_seed;
  for (std::size_t s = 0; s < plan.seeds.size(); ++s) place_of_seed[plan.seeds[s]] = s;
  std::vector<std::size_t> cells;
  for (std::size_t i = 0; i < plan.cells.size(); ++i) {
    const CellKey& cell = plan.cells[i];
    const auto [first, last] = seeds.at({cell.problem, cell.problem_sweep});
    const std::size_t at = place_of_seed.at(cell.seed);
    if (at >= first && at < last) cells.push_back(i);
  }
  return cells;
}

}  // namespace physgrad
