#pragma once
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/train/trainer.hpp"
#include "physgrad/update/evaluation.hpp"

namespace physgrad::testing {

struct TakenUpdate {
  Vector update;
  double loss;  ///< of its batch, afterwards
};

/// Three updates of a method from the start weights of seed 1: on the training samples 0 to 3, 4 to 7, and 8 to 11,
/// which are those of `inspect --seed 1 --batch 12`.
inline std::vector<TakenUpdate> three_updates(const std::string& problem, const std::string& method,
                                              const std::vector<std::string>& changes) {
  std::vector<SettingOverride> overrides;
  for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
  ResolvedPair pair = resolve_pair(built_in(), problem, method, overrides);
  const PreparedData data = prepare_data(pair.problem, 1);
  Vector theta = data.theta;
  Meter meter;
  std::vector<TakenUpdate> taken(3);
  for (Index t = 0; t < 3; ++t) {
    const Batch batch = select_samples(data.train, {4 * t, 4 * t + 1, 4 * t + 2, 4 * t + 3});
    TakenUpdate& step = taken[static_cast<std::size_t>(t)];
    StepReport report;
    Evaluation before(pair.problem, theta, batch, meter, true);
    pair.method->update(before, {}, step.update, report);
    theta += step.update;
    step.loss = Evaluation(pair.problem, theta, batch, meter, false).loss();
  }
  return taken;
}

/// What another implementation computed of an update [n]: its norm, its first, middle (n / 2) and last entry, and the
/// loss of its batch afterwards.
struct ComputedElsewhere {
  double norm, first, middle, last, loss;
};

/// Entries to `tolerance` of the norm, norm and loss to `tolerance` of themselves.
inline void expect_updates(const std::vector<TakenUpdate>& taken, const std::vector<ComputedElsewhere>& expected,
                           double tolerance) {
  ASSERT_EQ(taken.size(), expected.size());
  for (std::size_t t = 0; t < taken.size(); ++t) {
    const Vector& update = taken[t].update;
    const ComputedElsewhere& there = expected[t];
    EXPECT_NEAR(update.norm(), there.norm, tolerance * there.norm) << "update " << t;
    EXPECT_NEAR(update(0), there.first, tolerance * there.norm) << "update " << t;
    EXPECT_NEAR(update(update.size() / 2), there.middle, tolerance * there.norm) << "update " << t;
    EXPECT_NEAR(update(update.size() - 1), there.last, tolerance * there.norm) << "update " << t;
    EXPECT_NEAR(taken[t].loss, there.loss, tolerance * there.loss) << "update " << t;
  }
}

}  // namespace physgrad::testing
