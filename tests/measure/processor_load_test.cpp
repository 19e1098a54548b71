#include "physgrad/measure/processor_load.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <cmath>
#include <fstream>
#include <limits>

namespace physgrad {
namespace {

namespace fs = std::filesystem;

TEST(ProcessorLoad, IsWarnedOfWhereNoProcessorIsLeft) {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  const auto warned = [](double usable, double running, double idle, int wanted) {
    return !load_warning({usable, running, idle}, wanted).empty();
  };
  EXPECT_FALSE(warned(2, 0, kUnknown, 1));
  EXPECT_FALSE(warned(2, 1, kUnknown, 1));
  EXPECT_TRUE(warned(2, 2, 0, 1));
  EXPECT_TRUE(warned(1, 1, 0, 1));
  EXPECT_TRUE(warned(2, 1, 1, 2));
  EXPECT_FALSE(warned(2, 40, 1, 1));         // busy elsewhere on the machine, not here
  EXPECT_FALSE(warned(2, 40, 0.9, 1));       // ticks are coarse
  EXPECT_FALSE(warned(2, 5, kUnknown, 1));   // nothing is known of these processors
  EXPECT_TRUE(warned(2, 0, 2, 3));           // the cells alone are too many
  EXPECT_TRUE(warned(0.6, 0, kUnknown, 1));  // a quota
  EXPECT_EQ(load_warning({2, 3, 0.1}, 1),
            "0.1 of 2 usable processors are free and the cells take 1: their times will be disturbed");
}

class Quota : public ::testing::Test {
 protected:
  Quota() {
    std::string pattern = (fs::temp_directory_path() / "physgrad-quota-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Quota() override { fs::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  [[nodiscard]] ProcessorQuota quota() const { return processor_quota(folder_ / "proc", folder_ / "groups"); }
  fs::path folder_;
};

TEST_F(Quota, IsTheTightestOfTheGroupsAround) {
  EXPECT_TRUE(std::isinf(quota().processors));
  write("proc/self/cgroup", "0::/user/job\n");
  write("groups/user/job/cpu.max", "max 100000\n");
  EXPECT_TRUE(std::isinf(quota().processors));
  write("groups/user/cpu.max", "150000 100000\n");
  EXPECT_EQ(quota().processors, 1.5);
  EXPECT_EQ(quota().group, folder_ / "groups/user");
  write("groups/user/job/cpu.max", "400000 100000\n");
  EXPECT_EQ(quota().processors, 1.5);
}

TEST_F(Quota, IsFoundInContainersAndInVersionOne) {
  write("proc/self/cgroup", "0::/a/path/of/the/host\n");
  write("groups/cpu.max", "200000 100000\n");
  EXPECT_EQ(quota().processors, 2);
  write("proc/self/cgroup", "5:memory:/a\n4:cpu,cpuacct:/b\n");
  write("groups/cpu,cpuacct/b/cpu.cfs_quota_us", "-1\n");
  write("groups/cpu,cpuacct/b/cpu.cfs_period_us", "100000\n");
  EXPECT_TRUE(std::isinf(quota().processors));
  write("groups/cpu,cpuacct/b/cpu.cfs_quota_us", "50000\n");
  EXPECT_EQ(quota().processors, 0.5);
}

TEST(ProcessorLoad, ProcessorsThatMayBeUsedAreThoseOfTheAffinity) {
  cpu_set_t all, one;
  ASSERT_EQ(::sched_getaffinity(0, sizeof all, &all), 0);
  EXPECT_EQ(usable_processors(), CPU_COUNT(&all));
  const int last = allowed_processors().back();
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(last), &one);
  ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(allowed_processors(), std::vector<int>{last});
  EXPECT_EQ(usable_processors(), 1);
  ASSERT_EQ(::sched_setaffinity(0, sizeof all, &all), 0);
}

TEST(ProcessorLoad, OfThisMachineIsANumber) {
  const ProcessorLoad load = processor_load(1);
  EXPECT_GT(load.usable, 0);
  EXPECT_GE(load.running, 0);
}

}  // namespace
}  // namespace physgrad
