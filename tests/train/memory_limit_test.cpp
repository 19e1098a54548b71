// A limit of memory reaches whatever a prediction is made for: it is kept, or the cell is refused.
#include <gtest/gtest.h>

#include <algorithm>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/linalg/kernel_table.hpp"
#include "physgrad/train/trainer.hpp"

namespace physgrad::testing {
namespace {

CellRecord train_within(const std::string& method, double limit) {
  std::vector<SettingOverride> overrides;
  for (const char* change : {"batch=48", "samples=48", "test_samples=4"})
    overrides.push_back(parse_override(built_in(), std::string("coupled-oscillators.") + change));
  ResolvedPair pair = resolve_pair(built_in(), "coupled-oscillators", method, overrides);
  TrainOptions options;
  options.max_steps = 1;
  options.memory_limit_bytes = limit;
  return train(pair.problem, *pair.method, options, {});
}

std::vector<std::string> methods_and_compositions() {
  std::vector<std::string> names = built_in().method_names();
  for (const char* physics : {"adjoint", "inverse", "pseudo-inverse", "half-inverse", "newton", "lbfgs", "descent"})
    names.push_back(std::string("compose:network=half-inverse,rule=sgd,physics=") + physics);
  for (const char* rule : {"soap", "full-adagrad", "muon"}) {
    names.push_back(std::string("compose:physics=joint,network=joint,rule=") + rule);
    names.push_back(std::string("compose:physics=inverse,rule=") + rule);
  }
  return names;
}

TEST(MemoryLimit, IsKeptOrTheCellIsRefusedWhateverTheMethod) {
  for (const std::string& method : methods_and_compositions()) {
    const CellRecord free = train_within(method, 1e12);
    ASSERT_EQ(free.status, Status::completed) << method << ": " << free.reason;
    for (const double share : {0.9, 0.6, 0.3}) {
      const double limit = share * free.memory.predicted_bytes;
      const CellRecord record = train_within(method, limit);
      if (record.status == Status::skipped) {
        EXPECT_EQ(record.steps, 0);
        EXPECT_GT(record.memory.predicted_bytes, limit) << method;
        EXPECT_NE(record.reason.find("limit"), std::string::npos) << record.reason;
        continue;
      }
      EXPECT_EQ(record.status, Status::completed) << method << ": " << record.reason;
      EXPECT_LE(record.memory.predicted_bytes, limit) << method;
      const KernelEntry* kernel = find_kernel(record.diagnostics.kernel);
      // krylov stops where its bases would outgrow the limit, whatever it would need without one.
      if (kernel == nullptr || kernel->any_memory) continue;
      const Index rows = method.find("half-inverse") != std::string::npos || method == "pg-hig" ? 24 * 48 : 4 * 48;
      EXPECT_LE(kernel->bytes({rows, record.sizes.parameters, true}, {}), limit) << method << " " << kernel->name;
    }
  }
}

TEST(MemoryLimit, SmallerKernelsTakeOverWithinIt) {
  // Half of the Gram matrix of 1152 rows takes 5.3 MB and its band's contour another, what the Jacobian is made of
  // 0.8 MB.
  const CellRecord free = train_within("pg-hig", 1e12), limited = train_within("pg-hig", 6.5e6);
  EXPECT_NE(free.diagnostics.kernel, "krylov");
  EXPECT_EQ(limited.diagnostics.kernel, "krylov") << limited.reason;
}

// 32,768 rows of J: half of their Gram matrix would be 4.3 GB, and krylov's sensitivities alone are more than the
// limit.
TEST(MemoryLimit, ProductsAloneFitWhereJointStepsDoNot) {
  for (const std::string method : {"hig", "gn", "lm", "spring", "hessian-free"}) {
    std::vector<SettingOverride> overrides;
    for (const char* change : {"batch=512", "samples=512", "test_samples=8"})
      overrides.push_back(parse_override(built_in(), change));
    if (method == "hessian-free") overrides.push_back(parse_override(built_in(), "iterations=20"));
    ResolvedPair pair = resolve_pair(built_in(), "poisson", method, overrides);
    TrainOptions options;
    options.max_steps = 1;
    options.memory_limit_bytes = 48e6;
    const CellRecord record = train(pair.problem, *pair.method, options, {});
    EXPECT_EQ(record.status, method == "hessian-free" ? Status::completed : Status::skipped) << method << record.reason;
    if (record.status == Status::completed) {
      EXPECT_LT(record.final.train_loss, 0.9 * record.initial.train_loss);
    }
  }
}

}  // namespace
}  // namespace physgrad::testing
