#include "physgrad/study/spec.hpp"

#include <fmt/format.h>

#include <cmath>

#include "physgrad/catalogue/identity.hpp"
#include "physgrad/measure/environment.hpp"

namespace physgrad {
namespace {

Identity identity_under(const Catalogue& catalogue, const CellLimits& given, const ResolvedPair& pair) {
  const CellLimits limits = absent_where_infinite(given);
  const std::string threads = limits.threads > 1 ? fmt::format(", {} threads", limits.threads) : "";
  return identity_of(
      catalogue, pair,
      fmt::format("{} s, {} steps, {} s of wall time, {} bytes, {}{}", limits.budget_seconds, limits.steps,
                  limits.timeout_seconds, limits.memory_bytes, limits.target_stop, threads));
}

void check_identity(const char* what, const std::string& said, const std::string& built) {
  if (!said.empty() && said != built)
    throw UsageError(fmt::format(
        "the cell's {} is {}, but with these settings, limits and data it is {}; leave the key out to take what comes",
        what, said, built));
}

}  // namespace

std::string program_of(const Catalogue& catalogue) {
  const std::string added = catalogue.digest();
  return build_facts().program + (added.empty() ? "" : "+" + added);
}

CellLimits absent_where_infinite(CellLimits limits) {
  for (double* bound : {&limits.budget_seconds, &limits.steps, &limits.timeout_seconds, &limits.memory_bytes})
    if (!std::isfinite(*bound)) *bound = kAbsent;
  return limits;
}

CellSpec spec_of(const Catalogue& catalogue, const CellKey& key, const CellLimits& limits, const ResolvedPair& pair) {
  const Identity identity = identity_under(catalogue, limits, pair);
  CellSpec spec;
  spec.key = key;
  spec.task_id = identity.task;
  spec.setup_id = identity.setup;
  spec.program = program_of(catalogue);
  spec.seed_matters = pair.problem.seed_matters;
  spec.limits = absent_where_infinite(limits);
  spec.data_digest = pair.problem.data_digest;
  spec.given = pair.given;
  spec.used = pair.used;
  for (const auto& [name, value] : pair.problem_settings) spec.problem_settings.push_back(name);
  return spec;
}

ResolvedPair pair_of(const Catalogue& catalogue, const CellSpec& spec) {
  ResolvedPair pair = build_pair(catalogue, spec.key.problem, spec.key.method, spec.used, spec.given);
  const Identity identity = identity_under(catalogue, spec.limits, pair);
  check_identity("task_id", spec.task_id, identity.task);
  check_identity("setup_id", spec.setup_id, identity.setup);
  return pair;
}

}  // namespace physgrad
