// What makes times incomparable, and what only changes from minute to minute.
#include "physgrad/measure/machine.hpp"

#include <gtest/gtest.h>

namespace physgrad {
namespace {

TEST(Machine, IsTheSameWhateverItsLoad) {
  const Environment here = describe_environment();
  EXPECT_TRUE(same_machine(here, describe_environment()));
  Environment later = here;
  later.load += 7;
  later.cpu_mhz *= 0.5;
  later.memory_bytes *= 1.001;
  EXPECT_TRUE(same_machine(here, later));
}

TEST(Machine, DifferencesAreNamedWithBothValues) {
  Environment a, b;
  a.cpu = "A";
  b.cpu = "B";
  a.cores = 2;
  b.cores = 64;
  a.memory_bytes = 4e9;
  b.memory_bytes = 8e9;
  EXPECT_EQ(machine_differences(a, b),
            (std::vector<std::string>{"cpu 'A', now 'B'", "cores 2, now 64", "memory 4.0 GB, now 8.0 GB"}));
  EXPECT_TRUE(build_differences(a, b).empty());
  for (std::string Environment::*text :
       {&Environment::caches, &Environment::simd, &Environment::blas, &Environment::blas_core, &Environment::os}) {
    b = a;
    b.*text = "other";
    EXPECT_EQ(machine_differences(a, b).size(), 1u);
    EXPECT_TRUE(build_differences(a, b).empty());
  }
  for (std::string Environment::*text :
       {&Environment::compiler, &Environment::flags, &Environment::build_type, &Environment::eigen}) {
    b = a;
    b.*text = "other";
    EXPECT_EQ(build_differences(a, b).size(), 1u);
    EXPECT_TRUE(same_machine(a, b));
  }
}

}  // namespace
}  // namespace physgrad
