// Parts of a plan: every cell in one of them, what is paired together, the interleaving kept.
#include "physgrad/study/shard.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "built_in.hpp"

namespace physgrad {
namespace {

Plan sharded_plan(const std::vector<std::string>& problems, const std::string& seeds) {
  RunRequest request;
  request.problems = problems;
  request.methods = {"dp-adam", "gn", "hig"};
  request.seeds = seeds;
  request.steps = 2;
  return make_plan(built_in(), request);
}

/// Cells of one task and seed.
using Block = std::pair<std::string, std::uint64_t>;
Block block_of(const CellKey& cell) { return {cell.problem + "|" + cell.problem_sweep, cell.seed}; }

TEST(ShardPlans, AreEveryCellOnceWithWhatIsPairedTogether) {
  for (const char* seeds : {"1", "3", "8"})
    for (const auto& problems : std::vector<std::vector<std::string>>{
             {"quadratic"}, {"quadratic", "heat"}, {"quadratic", "heat", "two-body"}}) {
      const Plan plan = sharded_plan(problems, seeds);
      for (const std::size_t count : {1u, 2u, 3u, 4u, 7u, 40u}) {
        SCOPED_TRACE(testing::Message() << problems.size() << " problems, " << seeds << " seeds, " << count);
        std::vector<int> taken(plan.cells.size(), 0);
        std::map<Block, std::set<std::size_t>> shards_of;
        std::vector<std::size_t> blocks(count, 0);
        for (std::size_t k = 1; k <= count; ++k) {
          const std::vector<std::size_t> cells = cells_of(plan, {k, count});
          EXPECT_TRUE(std::ranges::is_sorted(cells));
          for (const std::size_t i : cells) {
            ++taken[i];
            blocks[k - 1] += shards_of[block_of(plan.cells[i])].empty();
            shards_of[block_of(plan.cells[i])].insert(k);
          }
        }
        EXPECT_TRUE(std::ranges::all_of(taken, [](int times) { return times == 1; }));
        for (const auto& [block, shards] : shards_of) EXPECT_EQ(shards.size(), 1u);
        EXPECT_LE(std::ranges::max(blocks) - std::ranges::min(blocks), 1u);
      }
    }
}

TEST(ShardPlans, MethodsChangePlacesWithinOne) {
  // As many seeds as methods in each of three shards: there each method has been in every place of its task.
  const Plan plan = sharded_plan({"quadratic", "heat"}, "9");
  for (std::size_t k = 1; k <= 3; ++k) {
    std::map<std::pair<std::string, std::string>, std::set<std::size_t>> places;
    std::map<Block, std::size_t> next;
    for (const std::size_t i : cells_of(plan, {k, 3})) {
      const CellKey& cell = plan.cells[i];
      places[{cell.problem, cell.method}].insert(next[block_of(cell)]++);
    }
    EXPECT_EQ(places.size(), 6u);
    for (const auto& [pair, seen] : places) EXPECT_EQ(seen.size(), 3u) << pair.first << " " << pair.second;
  }
}

std::string shard_complaint(const std::string& text) {
  try {
    (void)parse_shard(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

TEST(ShardPlans, AreNamedByTwoNumbers) {
  EXPECT_FALSE(parse_shard(""));
  const auto shard = parse_shard("2/4");
  ASSERT_TRUE(shard);
  EXPECT_EQ(shard->index, 2u);
  EXPECT_EQ(shard->count, 4u);
  for (const char* wrong :
       {"0/4", "5/4", "x", "2", "/4", "2/", "2/x", "-1/4", "1/4/2", "1/0", "1/99999999999", "Slurm"})
    EXPECT_NE(shard_complaint(wrong).find("expected i/n"), std::string::npos) << wrong;
}

class SlurmShards : public testing::Test {
 protected:
  ~SlurmShards() override { set("", "", "", ""); }
  static void set(const char* id, const char* count, const char* min, const char* step) {
    const std::pair<const char*, const char*> all[] = {{"SLURM_ARRAY_TASK_ID", id},
                                                       {"SLURM_ARRAY_TASK_COUNT", count},
                                                       {"SLURM_ARRAY_TASK_MIN", min},
                                                       {"SLURM_ARRAY_TASK_STEP", step}};
    for (const auto& [name, value] : all) *value == '\0' ? ::unsetenv(name) : ::setenv(name, value, 1);
  }
};

TEST_F(SlurmShards, AreTheTasksOfAnArrayWhereverItStarts) {
  struct Case {
    const char *id, *count, *min, *step;
    std::size_t index;
  };
  for (const Case& each : {Case{"1", "4", "1", "1", 1},
                           {"4", "4", "1", "1", 4},
                           {"0", "4", "0", "1", 1},
                           {"3", "4", "0", "", 4},
                           {"7", "3", "3", "2", 3},
                           {"2", "4", "", "", 2}}) {
    set(each.id, each.count, each.min, each.step);
    const auto shard = parse_shard("slurm");
    ASSERT_TRUE(shard);
    EXPECT_EQ(shard->index, each.index) << each.id;
    EXPECT_EQ(std::to_string(shard->count), each.count);
  }
}

TEST_F(SlurmShards, NeedAnArrayWithoutGaps) {
  set("", "", "", "");
  EXPECT_NE(shard_complaint("slurm").find("SLURM_ARRAY_TASK_ID"), std::string::npos);
  set("1", "", "", "");
  EXPECT_NE(shard_complaint("slurm").find("SLURM_ARRAY_TASK_COUNT"), std::string::npos);
  set("7", "3", "1", "1");  // --array=1,3,7
  EXPECT_NE(shard_complaint("slurm").find("without gaps"), std::string::npos);
  set("4", "3", "1", "2");
  EXPECT_NE(shard_complaint("slurm").find("without gaps"), std::string::npos);
  set("one", "3", "1", "1");
  EXPECT_NE(shard_complaint("slurm").find("'one'"), std::string::npos);
}

}  // namespace
}  // namespace physgrad
