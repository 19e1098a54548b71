#pragma once
#include <memory>
#include <string>
#include <vector>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/train/trainer.hpp"
#include "physgrad/update/evaluation.hpp"

namespace physgrad::testing {

/// One update of a method on the first samples of a problem, with the pieces to check it.
struct OneUpdate {
  OneUpdate(const std::string& problem, const std::string& method, Index samples,
            const std::vector<std::string>& changes) {
    std::vector<SettingOverride> overrides;
    for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
    pair = resolve_pair(built_in(), problem, method, overrides);
    data = prepare_data(pair.problem, 1);
    std::vector<Index> first;
    for (Index i = 0; i < samples; ++i) first.push_back(i);
    batch = select_samples(data.train, first);
    at = std::make_unique<Evaluation>(pair.problem, data.theta, batch, meter, true);
    pair.method->update(*at, {}, update, report);
  }
  ResolvedPair pair;
  PreparedData data;
  Batch batch;
  Meter meter;
  std::unique_ptr<Evaluation> at;
  StepReport report;
  Vector update;
};

}  // namespace physgrad::testing
