#include "cell_identity.hpp"

#include <fmt/format.h>

#include <cmath>

#include "physgrad/measure/environment.hpp"

namespace physgrad::driver {

CellLimits absent_where_infinite(CellLimits limits) {
  for (double* bound : {&limits.budget_seconds, &limits.steps, &limits.timeout_seconds, &limits.memory_bytes})
    if (!std::isfinite(*bound)) *bound = kAbsent;
  return limits;
}

Identity identity_under(const CellLimits& given, const ResolvedPair& pair) {
  const CellLimits limits = absent_where_infinite(given);
  return identity_of(pair, fmt::format("{} s, {} steps, {} s of wall time, {} bytes, {}", limits.budget_seconds,
                                       limits.steps, limits.timeout_seconds, limits.memory_bytes, limits.target_stop));
}

CellRecord identified(const CellKey& cell, const CellLimits& limits, const ResolvedPair& pair) {
  CellRecord record;
  static_cast<CellKey&>(record) = cell;
  const Identity identity = identity_under(limits, pair);
  record.task_id = identity.task;
  record.setup_id = identity.setup;
  record.given = pair.given;
  record.used = pair.used;
  for (const auto& [key, value] : pair.problem_settings) record.problem_settings.push_back(key);
  record.data_digest = pair.problem.data_digest;
  record.seed_matters = pair.problem.seed_matters;
  record.limits = absent_where_infinite(limits);
  record.program = build_facts().program;
  return record;
}

}  // namespace physgrad::driver
